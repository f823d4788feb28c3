package io.tandem.demo.architecture.bad.meeting.engine.scan;

import io.tandem.demo.architecture.bad.meeting.embedded.core.KnowsTheEngine;

/** Product code made for one server. */
public record KnowsTheEmbeddedServer(Class<KnowsTheEngine> server) {}
