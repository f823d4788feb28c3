package io.tandem.demo.architecture.bad.meeting.embedded.core;

import io.tandem.demo.architecture.bad.meeting.engine.model.Key;

/** A server made for one client. */
public record KnowsTheEngine(Key key) {}
