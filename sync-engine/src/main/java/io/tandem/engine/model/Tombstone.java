package io.tandem.engine.model;

/**
 * The hub's memory of a delete.
 *
 * @param version of the delete
 * @param parent version of the document that it deleted; {@link Version#NONE} when not known
 */
public record Tombstone(Version version, Version parent) {}
