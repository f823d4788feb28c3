/** Bad networks on demand: a TCP proxy to put between a client and a MongoDB server, embedded or real. */
@NullMarked
package io.tandem.embedded.fault;

import org.jspecify.annotations.NullMarked;
