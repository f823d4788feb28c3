package io.tandem.embedded.stream;

import io.tandem.embedded.log.LogEntry;
import io.tandem.embedded.log.Namespace;

/**
 * What a change stream shows. Immutable.
 *
 * @param scope the collection or database; ignored for a stream over everything
 * @param everything whether all databases are watched
 * @param fullDocument `default`, `updateLookup`, `whenAvailable` or `required`
 * @param before `off`, `whenAvailable` or `required`
 * @param wallTime whether events carry the wall clock
 * @param truncatedArrays whether update descriptions have that field
 */
public record StreamOptions(
        Namespace scope,
        boolean everything,
        String fullDocument,
        String before,
        boolean wallTime,
        boolean truncatedArrays) {

    /** Whether the stream reports this change at all. */
    boolean covers(LogEntry entry) {
        Namespace namespace = entry.namespace();
        if (!namespace.isReported()) {
            return false;
        }
        if (everything) {
            return true;
        }
        if (!namespace.database().equals(scope.database())) {
            return isRenameOnto(entry);
        }
        return scope.collection().isEmpty()
                || namespace.collection().equals(scope.collection())
                || isRenameOnto(entry)
                || entry.kind() == LogEntry.Kind.DROP_DATABASE;
    }

    private boolean isRenameOnto(LogEntry entry) {
        return scope.equals(entry.target());
    }

    /** Whether this change ends the stream. */
    boolean invalidatedBy(LogEntry entry) {
        if (everything) {
            return false;
        }
        boolean sameDatabase = entry.namespace().database().equals(scope.database());
        if (scope.collection().isEmpty()) {
            return sameDatabase && entry.kind() == LogEntry.Kind.DROP_DATABASE;
        }
        return switch (entry.kind()) {
            case DROP -> scope.equals(entry.namespace());
            case RENAME -> scope.equals(entry.namespace()) || isRenameOnto(entry);
            case DROP_DATABASE -> sameDatabase;
            default -> false;
        };
    }
}
