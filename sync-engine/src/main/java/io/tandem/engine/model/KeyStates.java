package io.tandem.engine.model;

import java.util.Optional;

/**
 * The three states of a key as they were read.
 *
 * @param key which document
 * @param local what the device holds
 * @param base what device and hub last agreed on
 * @param hub what the hub holds
 * @param hints what events told of it since it was marked, if it was; see {@link #told()}
 */
public record KeyStates(DocKey key, Optional<Doc> local, BaseRecord base, HubState hub, Hints hints) {
    /** What events told of it, those that its mark keeps included. */
    public Hints told() {
        return base.mark().map(mark -> mark.hints().and(hints)).orElse(hints);
    }

    /** Hash of the local content, or {@link ContentHash#DELETED}. */
    public ContentHash localHash() {
        return local.map(Doc::hash).orElse(ContentHash.DELETED);
    }
}
