package io.tandem.agent.view;

/** Answer of calls that only do something. */
@Doc("What was done")
public record DoneView(@Doc("What was done, in words") String message) {}
