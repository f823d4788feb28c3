package io.tandem.demo.architecture.bad.process.agent.http;

import io.tandem.demo.architecture.bad.process.demo.Scene;

/** Production code that knows the demo. */
public record ShowsTheDemo(Scene scene) {}
