package io.tandem.agent.backup;

import java.util.Map;

/** Hears how far a backup, a verification of one, or a restore is. Called from several threads at once; must return quickly. */
public interface CopyProgress {

    /** Nobody listens. */
    CopyProgress SILENT = new CopyProgress() {};

    /**
     * A stretch of work begins.
     *
     * @param work what is done, as a word for people: {@code backup}, {@code verify}, {@code restore}, {@code indexes}
     * @param documents expected per collection; an estimate
     */
    default void begins(String work, Map<String, Long> documents) {}

    /** More documents of a collection are done. */
    default void advanced(String collection, long documents, long bytes) {}

    /** A collection is done. */
    default void finished(String collection) {}

    /** The stretch of work is done. */
    default void ends() {}
}
