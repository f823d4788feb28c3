package io.tandem.demo.architecture.bad.process.agent.http;

import io.tandem.demo.architecture.bad.process.engine.Engine;

/** An engine started behind the service's back. */
public record StartsAnEngine(Engine engine) {}
