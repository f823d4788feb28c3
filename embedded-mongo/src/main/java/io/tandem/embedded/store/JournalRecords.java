package io.tandem.embedded.store;

import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.log.LogEntry;
import io.tandem.embedded.log.Namespace;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The contents of a journal, one document per frame, told apart by the field `k`.
 *
 * <ul>
 *   <li>`changes`: `e` is a list of log entries, to be applied to the documents and added to the log
 *   <li>`collection`: `ns`, `id` (UUID), `options`, `indexes` (definitions): a collection as it is from now on
 *   <li>`evicted`: `id` (UUID), `a`: a document of a capped collection that made room without being logged
 *   <li>`documents`: `id`, `d`: documents of a collection in insertion order, in a rewritten journal
 *   <li>`log`: `e`: entries to be added to the log only, in a rewritten journal
 *   <li>`clock`: `t`: times given out from now on are after this one
 *   <li>`floor`: `t`, `trimmed`: the oldest time that can be resumed from
 * </ul>
 *
 * A log entry has `t` time, `i` index, `w` wall milliseconds, `o` kind, `ns`, `c` collection UUID and, where there is one, `k` document
 * key, `a` after, `b` before, `d` delta, `to`, `im` images kept, `s`, `n`, `st` session, number and statement.
 */
final class JournalRecords {
    /** Documents or entries in one frame of a rewritten journal. */
    private static final int CHUNK = 200;

    private JournalRecords() {}

    static Document changes(List<LogEntry> entries) {
        // the old image is the document as it is when the entry is read back
        return new Document("k", "changes")
                .append("e", entries.stream().map(entry -> entry(entry, false)).toList());
    }

    static Document collection(StoredCollection collection) {
        return new Document("k", "collection")
                .append("ns", collection.namespace().full())
                .append("id", collection.uuid())
                .append("options", collection.options())
                .append(
                        "indexes",
                        collection.indexes().stream()
                                .map(index -> index.spec().definition())
                                .toList());
    }

    static Document evicted(StoredCollection collection, StoredRecord record) {
        Document result = new Document("k", "evicted").append("id", collection.uuid());
        put(result, "a", record.bytes());
        return result;
    }

    /** Everything that a new journal must hold. */
    static void snapshot(Storage storage, Consumer<Document> frames) {
        frames.accept(floor(storage.log().floor(), storage.log().isTrimmed()));
        frames.accept(clock(storage.log().latestTime()));
        for (String database : storage.databases()) {
            for (StoredCollection collection : storage.collections(database)) {
                frames.accept(collection(collection));
                List<Object> chunk = new ArrayList<>();
                Iterator<StoredRecord> records = collection.natural(false);
                while (records.hasNext()) {
                    chunk.add(new BinData(records.next().bytes()));
                    if (chunk.size() == CHUNK || !records.hasNext()) {
                        frames.accept(new Document("k", "documents")
                                .append("id", collection.uuid())
                                .append("d", chunk));
                        chunk = new ArrayList<>();
                    }
                }
            }
        }
        List<LogEntry> log = storage.log().all();
        for (int i = 0; i < log.size(); i += CHUNK) {
            frames.accept(new Document("k", "log")
                    .append(
                            "e",
                            log.subList(i, Math.min(log.size(), i + CHUNK)).stream()
                                    .map(entry -> entry(entry, true))
                                    .toList()));
        }
    }

    static Document clock(long time) {
        return new Document("k", "clock").append("t", time);
    }

    static Document floor(long time, boolean trimmed) {
        return new Document("k", "floor").append("t", time).append("trimmed", trimmed);
    }

    private static Document entry(LogEntry entry, boolean withBefore) {
        Document result = new Document("t", entry.time())
                .append("i", entry.index())
                .append("w", entry.wallMillis())
                .append("o", entry.kind().name())
                .append("ns", entry.namespace().full())
                .append("c", entry.collection());
        put(result, "k", entry.documentKey());
        put(result, "a", entry.after());
        put(result, "b", withBefore && entry.images() ? entry.before() : null);
        put(result, "d", entry.delta());
        if (entry.target() != null) {
            result.put("to", entry.target().full());
        }
        if (entry.images()) {
            result.put("im", true);
        }
        LogEntry.Origin origin = entry.origin();
        if (origin != null) {
            result.append("s", new BinData(origin.session()))
                    .append("n", origin.number())
                    .append("st", origin.statement());
        }
        return result;
    }

    private static void put(Document document, String name, byte @Nullable [] bytes) {
        if (bytes != null) {
            document.put(name, new BinData(bytes));
        }
    }

    /** Reads an entry back; `before` fills in what the journal leaves out. */
    static LogEntry read(Document from, byte @Nullable [] before) {
        LogEntry.Origin origin = from.get("s") instanceof BinData session
                ? new LogEntry.Origin(session.getData(), need(from, "n", Long.class), need(from, "st", Integer.class))
                : null;
        byte[] recorded = bytes(from, "b");
        return new LogEntry(
                need(from, "t", Long.class),
                need(from, "i", Integer.class),
                need(from, "w", Long.class),
                LogEntry.Kind.valueOf(need(from, "o", String.class)),
                Namespace.parse(need(from, "ns", String.class)),
                need(from, "c", UUID.class),
                bytes(from, "k"),
                bytes(from, "a"),
                recorded != null ? recorded : before,
                bytes(from, "d"),
                from.get("to") instanceof String target ? Namespace.parse(target) : null,
                from.containsKey("im"),
                origin);
    }

    /** A field that every record of its kind has. */
    static <T> T need(Document from, String field, Class<T> type) {
        return type.cast(Objects.requireNonNull(from.get(field), field));
    }

    private static byte @Nullable [] bytes(Document from, String name) {
        return from.get(name) instanceof BinData data ? data.getData() : null;
    }
}
