package io.tandem.demo.architecture.bad.process.engine;

/** The front door. */
public record Engine(String name) {}
