package io.tandem.demo.architecture.bad.process.demo;

/** Something of the demo. */
public record Scene(int number) {}
