package io.tandem.engine.mongo;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoWriteException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.model.InsertManyOptions;
import io.tandem.engine.model.BsonBytes;
import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.Names;
import io.tandem.engine.model.Side;
import io.tandem.engine.status.ConflictEntry;
import io.tandem.engine.status.ConflictPage;
import io.tandem.engine.status.ConflictQuery;
import io.tandem.engine.write.ConflictLog;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.bson.BsonArray;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.RawBsonDocument;

/** The conflict log in the hub's collection {@code _sync_conflicts}; see {@link ConflictDocuments}. Thread-safe. */
final class MongoConflictLog implements ConflictLog {
    /** Contents on one page; a page ends early rather than fill the memory. */
    private static final long PAGE_BYTES = 32L * 1024 * 1024;
    /** Entries fetched at a time, since each may have megabytes. */
    private static final int FETCH = 20;
    /** Bytes of one insert. */
    private static final long INSERT_BYTES = 32L * 1024 * 1024;

    private final Link hub;
    private final String collection;
    private final MongoClockProbe clock;
    private final Supplier<String> device;

    MongoConflictLog(Link hub, Names names, MongoClockProbe clock, Supplier<String> device) {
        this.hub = hub;
        this.collection = names.conflicts();
        this.clock = clock;
        this.device = device;
    }

    /** Adds entries; those that are there already stay as they are. */
    void add(List<Conflict> conflicts) {
        if (conflicts.isEmpty()) {
            return;
        }
        long now = clock.serverMillis(Side.HUB);
        List<Conflict> batch = new ArrayList<>();
        long bytes = 0;
        for (Conflict conflict : conflicts) {
            if (!ConflictDocuments.fits(conflict)) {
                addInPieces(conflict, now);
                continue;
            }
            long size = conflict.local().map(doc -> doc.size()).orElse(0)
                    + (long) conflict.hub().map(doc -> doc.size()).orElse(0);
            if (bytes + size > INSERT_BYTES) {
                addInline(batch, now);
                batch.clear();
                bytes = 0;
            }
            batch.add(conflict);
            bytes += size;
        }
        addInline(batch, now);
    }

    private void addInline(List<Conflict> batch, long now) {
        if (batch.isEmpty()) {
            return;
        }
        List<RawBsonDocument> entries = batch.stream()
                .map(conflict -> BsonBytes.raw(ConflictDocuments.entry(conflict, device.get(), now, true)))
                .toList();
        List<Integer> refused = hub.with(collection, "add to", documents -> insert(documents, entries));
        refused.forEach(index -> addInPieces(batch.get(index), now));
    }

    /** Inserts what is not there yet; returns what the server does not store in this form. */
    private static List<Integer> insert(MongoCollection<RawBsonDocument> documents, List<RawBsonDocument> entries) {
        List<Integer> refused = new ArrayList<>();
        try {
            documents.insertMany(entries, new InsertManyOptions().ordered(false));
        } catch (MongoBulkWriteException e) {
            if (e.getWriteConcernError() != null) {
                throw e;
            }
            for (BulkWriteError error : e.getWriteErrors()) {
                if (!DriverFaults.isDuplicateKey(error.getCode())) {
                    refused.add(error.getIndex());
                }
            }
        }
        return refused;
    }

    private void addInPieces(Conflict conflict, long now) {
        hub.with(collection, "add to", documents -> {
            // The pieces first: an entry that can be seen is complete.
            for (BsonDocument chunk : ConflictDocuments.chunks(conflict)) {
                insertUnlessPresent(documents, chunk);
            }
            insertUnlessPresent(documents, ConflictDocuments.entry(conflict, device.get(), now, false));
            return true;
        });
    }

    private static void insertUnlessPresent(MongoCollection<RawBsonDocument> documents, BsonDocument document) {
        try {
            documents.insertOne(BsonBytes.raw(document));
        } catch (MongoWriteException e) {
            if (!DriverFaults.isDuplicateKey(e.getCode())) {
                throw e;
            }
        }
    }

    @Override
    public ConflictPage page(ConflictQuery query) {
        BsonDocument filter = filter(query);
        long hourAgo = clock.serverMillis(Side.HUB) - Duration.ofHours(1).toMillis();
        long since = Math.max(
                hourAgo, query.since().map(instant -> instant.toEpochMilli()).orElse(Long.MIN_VALUE));
        BsonDocument lastHour = filter.clone().append("at", since(since));
        return hub.with(collection, "list", documents -> {
            List<ConflictEntry> items = new ArrayList<>();
            Optional<String> next = readPage(documents, query, items);
            return new ConflictPage(documents.countDocuments(filter), documents.countDocuments(lastHour), items, next);
        });
    }

    private Optional<String> readPage(
            MongoCollection<RawBsonDocument> documents, ConflictQuery query, List<ConflictEntry> items) {
        BsonDocument filter = filter(query);
        query.cursor().ifPresent(cursor -> filter.append("$or", after(cursor)));
        BsonDocument newestFirst = new BsonDocument("at", new BsonInt32(-1)).append("_id", new BsonInt32(-1));
        long bytes = 0;
        try (MongoCursor<RawBsonDocument> cursor = documents
                .find(filter)
                .sort(newestFirst)
                .limit(query.limit() + 1)
                .batchSize(FETCH)
                .cursor()) {
            RawBsonDocument last = null;
            while (cursor.hasNext()) {
                if (last != null && (items.size() == query.limit() || bytes > PAGE_BYTES)) {
                    return Optional.of(cursorAfter(last));
                }
                last = cursor.next();
                ConflictEntry entry = read(documents, last);
                items.add(entry);
                bytes += last.getByteBuffer().remaining();
            }
        }
        return Optional.empty();
    }

    /** Pieces have no date, so that asking for one leaves them out. */
    private static BsonDocument filter(ConflictQuery query) {
        BsonDocument filter = new BsonDocument();
        query.collection().ifPresent(name -> filter.append("collection", new BsonString(name)));
        return filter.append(
                "at", since(query.since().map(instant -> instant.toEpochMilli()).orElse(Long.MIN_VALUE)));
    }

    private static BsonDocument since(long millis) {
        return new BsonDocument("$gte", new BsonDateTime(millis));
    }

    private static String cursorAfter(BsonDocument entry) {
        String text = Values.date(entry, "at").orElse(0L) + ":"
                + entry.getString("_id").getValue();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static BsonArray after(String cursor) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            BsonDateTime at = new BsonDateTime(Long.parseLong(text.substring(0, Math.max(0, colon))));
            BsonDocument older = new BsonDocument("at", new BsonDocument("$lt", at));
            BsonDocument sameTime = new BsonDocument("at", at)
                    .append("_id", new BsonDocument("$lt", new BsonString(text.substring(colon + 1))));
            return new BsonArray(List.of(older, sameTime));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + cursor + "' is not a place in the conflict log; take nextCursor of the page before", e);
        }
    }

    @Override
    public Optional<ConflictEntry> find(String id) {
        return hub.with(
                collection,
                "read",
                documents -> Optional.ofNullable(documents
                                .find(Values.byId(new BsonString(id)).append("at", since(Long.MIN_VALUE)))
                                .first())
                        .map(stored -> read(documents, stored)));
    }

    private static ConflictEntry read(MongoCollection<RawBsonDocument> documents, RawBsonDocument stored) {
        return ConflictDocuments.read(stored, content(documents, stored, "local"), content(documents, stored, "hub"));
    }

    private static Optional<RawBsonDocument> content(
            MongoCollection<RawBsonDocument> documents, RawBsonDocument stored, String side) {
        BsonDocument part = stored.getDocument(side, new BsonDocument());
        Optional<Long> chunks = Values.number(part, "chunks");
        if (chunks.isEmpty()) {
            return Values.document(part, "doc");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String entry = stored.getString("_id").getValue();
        for (int n = 0; n < chunks.get(); n++) {
            RawBsonDocument chunk = documents
                    .find(Values.byId(new BsonString(ConflictDocuments.chunkId(entry, side, n))))
                    .first();
            Optional<byte[]> piece = Optional.ofNullable(chunk).flatMap(found -> Values.bytes(found, "bytes"));
            if (piece.isEmpty()) {
                // Somebody deleted a part of the log by hand; the entry is still worth showing.
                return Optional.empty();
            }
            bytes.writeBytes(piece.get());
        }
        return Optional.of(new RawBsonDocument(bytes.toByteArray()));
    }

    @Override
    public void restored(String id) {
        BsonDocument update = new BsonDocument(
                "$set", new BsonDocument("restoredAt", new BsonDateTime(clock.serverMillis(Side.HUB))));
        hub.with(collection, "note in", documents -> documents.updateOne(Values.byId(new BsonString(id)), update));
    }
}
