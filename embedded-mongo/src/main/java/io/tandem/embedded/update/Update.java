package io.tandem.embedded.update;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.query.MatchDetails;

/** A compiled update. Any thread. */
public interface Update {
    /**
     * Applies the update.
     *
     * @param document the document as it is; it may be changed in place and must not be used afterwards
     * @param insert whether the document is being made by an upsert
     */
    Outcome apply(Document document, MatchDetails details, boolean insert);

    /** Whether this is a whole new document rather than a change of the old one. */
    boolean isReplacement();

    /**
     * The result of an update.
     *
     * @param document the new document
     * @param delta what changed by path; empty for replacements
     * @param replacement whether the change is to be reported as a replacement
     */
    record Outcome(Document document, Delta delta, boolean replacement) {}
}
