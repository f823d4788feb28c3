/** Tests of a configured setup that an operator runs: real engines over the real databases, in collections of their own. */
@NullMarked
package io.tandem.agent.selftest;

import org.jspecify.annotations.NullMarked;
