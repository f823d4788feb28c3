/** The selftests, tested: they pass over a good setup, and each fails with the reason over a broken one. */
@NullMarked
package io.tandem.agent.selftest;

import org.jspecify.annotations.NullMarked;
