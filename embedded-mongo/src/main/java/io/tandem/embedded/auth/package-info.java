/** Who may use the embedded server: SCRAM-SHA-256 users, and TLS certificates for trials and tests. */
@NullMarked
package io.tandem.embedded.auth;

import org.jspecify.annotations.NullMarked;
