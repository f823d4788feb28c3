package io.tandem.demo.architecture.bad.meeting.engine.model;

/** Something of the engine. */
public record Key(int value) {}
