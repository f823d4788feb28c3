package io.tandem.engine.model;

/**
 * The identity of one state of a document: its version and its content. Never compared by version alone, since a hand on the
 * hub can change content and leave the version.
 *
 * @param version who wrote it and when
 * @param hash its content, or {@link ContentHash#DELETED}
 */
public record StateId(Version version, ContentHash hash) {
    /** Nobody ever wrote this key, as far as is known. */
    public static final StateId NEVER = new StateId(Version.NONE, ContentHash.DELETED);

    public static StateId deleted(Version version) {
        return new StateId(version, ContentHash.DELETED);
    }

    public boolean isDeleted() {
        return hash.isDeleted();
    }
}
