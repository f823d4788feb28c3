package io.tandem.embedded.log;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One change, as it took effect. Immutable; the byte arrays are shared with the store and must not be changed.
 *
 * @param time the logical time; the changes of one transaction share it
 * @param index place within a transaction, else 0
 * @param wallMillis the server's wall clock in milliseconds since 1970
 * @param documentKey the document `{_id: ...}`; null for changes of collections and databases
 * @param after the new document; null for deletes and changes of collections
 * @param before the old document; null for inserts
 * @param delta for updates: `{updatedFields, removedFields}`
 * @param target for renames: the new name
 * @param images whether the collection kept pre- and post-images when this was written
 */
@SuppressWarnings("ArrayRecordComponent")
public record LogEntry(
        long time,
        int index,
        long wallMillis,
        Kind kind,
        Namespace namespace,
        UUID collection,
        byte @Nullable [] documentKey,
        byte @Nullable [] after,
        byte @Nullable [] before,
        byte @Nullable [] delta,
        @Nullable Namespace target,
        boolean images,
        @Nullable Origin origin) {

    /** What kind of change it was. */
    public enum Kind {
        INSERT("insert"),
        UPDATE("update"),
        REPLACE("replace"),
        DELETE("delete"),
        DROP("drop"),
        RENAME("rename"),
        DROP_DATABASE("dropDatabase");

        private final String eventName;

        Kind(String eventName) {
            this.eventName = eventName;
        }

        public String eventName() {
            return eventName;
        }
    }

    /**
     * The session and number of a retryable write or transaction.
     *
     * @param session the bytes of the `lsid` document
     * @param statement which statement of a retryable write; negative for transactions
     */
    public record Origin(byte[] session, long number, int statement) {
        public boolean isTransaction() {
            return statement < 0;
        }
    }

    /** Bytes that the log alone keeps alive, roughly. */
    long weight() {
        return 160L + size(documentKey) + size(after == null ? before : after) + size(delta);
    }

    private static int size(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    /** The same change at a place in time. */
    LogEntry at(long newTime, int newIndex, long newWallMillis) {
        return new LogEntry(
                newTime,
                newIndex,
                newWallMillis,
                kind,
                namespace,
                collection,
                documentKey,
                after,
                before,
                delta,
                target,
                images,
                origin);
    }
}
