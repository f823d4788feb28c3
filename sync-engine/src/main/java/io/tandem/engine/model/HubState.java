package io.tandem.engine.model;

import java.util.Optional;

/**
 * What the hub holds for a key: a document, a tombstone, both (a delete under way) or nothing.
 *
 * @param doc the document
 * @param tombstone the latest delete
 */
public record HubState(Optional<Doc> doc, Optional<Tombstone> tombstone) {
    public static final HubState EMPTY = new HubState(Optional.empty(), Optional.empty());

    public Version tombstoneVersion() {
        return tombstone.map(Tombstone::version).orElse(Version.NONE);
    }
}
