package io.tandem.demo.architecture.bad.process.agent.service;

import io.tandem.demo.architecture.bad.process.engine.Engine;

/** The one place that may start an engine. */
public record AllowedService(Engine engine) {}
