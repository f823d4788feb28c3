package io.tandem.demo.architecture.bad.process.engine.run;

import picocli.CommandLine;

/** A library that reads a command line. */
public record ReadsArguments(CommandLine line) {}
