@NullMarked
package io.tandem.demo.architecture.bad.printing.agent.cli;

import org.jspecify.annotations.NullMarked;
