package io.tandem.engine.model;

import java.util.Optional;

/**
 * The three states of a key as they were read.
 *
 * @param key which document
 * @param local what the device holds
 * @param base what device and hub last agreed on
 * @param hub what the hub holds
 * @param hints when it changed, as far as events told
 */
public record KeyStates(DocKey key, Optional<Doc> local, BaseRecord base, HubState hub, Hints hints) {
    /** Hash of the local content, or {@link ContentHash#DELETED}. */
    public ContentHash localHash() {
        return local.map(Doc::hash).orElse(ContentHash.DELETED);
    }
}
