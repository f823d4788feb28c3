/** Who may call what: tokens, roles, failed logins, the audit log. */
@NullMarked
package io.tandem.agent.security;

import org.jspecify.annotations.NullMarked;
