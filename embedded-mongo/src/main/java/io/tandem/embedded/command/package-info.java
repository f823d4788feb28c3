/** The commands, and what surrounds each of them: sessions, transactions, authentication, cluster time, errors. */
@NullMarked
package io.tandem.embedded.command;

import org.jspecify.annotations.NullMarked;
