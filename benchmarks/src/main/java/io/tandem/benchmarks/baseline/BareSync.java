package io.tandem.benchmarks.baseline;

import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.InsertManyOptions;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import io.tandem.benchmarks.lab.Waiting;
import io.tandem.engine.model.BsonBytes;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.Names;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * The statements of a first sync without an engine: what the promises cost the two servers and the driver, whoever sends them. Of each batch the
 * base states, the device's documents and the hub's documents and tombstones are read; the documents are added with their metadata, and a
 * base state of each; and the hub's change stream tells of them. Nothing is decided, kept in step, or made safe. Immutable.
 *
 * @param batchSize documents carried together
 * @param workers threads that carry
 */
public record BareSync(int batchSize, int workers) {
    private static final Names NAMES = new Names("");
    private static final String ORIGIN = "bare";
    private static final Version VERSION = new Version(Version.timeAt(1_800_000_000_000L), ORIGIN);
    private static final long AWAIT_MILLIS = 100;

    /** Carries a collection to a hub without documents; returns how many documents. Blocking. */
    public int carry(MongoDatabase device, MongoDatabase hub, String collection) {
        for (String field : List.of("l", "k")) {
            raw(device, NAMES.state()).createIndex(Indexes.ascending(field), new IndexOptions().sparse(true));
        }
        AtomicInteger told = new AtomicInteger();
        AtomicInteger expected = new AtomicInteger(Integer.MAX_VALUE);
        try (MongoChangeStreamCursor<ChangeStreamDocument<RawBsonDocument>> stream = watch(hub)) {
            Thread listener = new Thread(() -> listen(stream, told, expected), "baseline-stream");
            listener.setDaemon(true);
            listener.start();
            int carried = 0;
            try {
                carried = new BatchThreads(batchSize, workers)
                        .forEachBatch(raw(device, collection), batch -> carry(device, hub, collection, batch));
            } finally {
                expected.set(carried);
                Waiting.join(listener);
            }
            return carried;
        }
    }

    private MongoChangeStreamCursor<ChangeStreamDocument<RawBsonDocument>> watch(MongoDatabase hub) {
        BsonDocument fields = new BsonDocument();
        for (String field : List.of("_id", "operationType", "ns", "documentKey", "clusterTime", "fullDocument._sync")) {
            fields.append(field, new BsonInt32(1));
        }
        BsonDocument inserts = new BsonDocument("operationType", new BsonString("insert"));
        return hub.watch(
                        List.of(new BsonDocument("$match", inserts), new BsonDocument("$project", fields)),
                        RawBsonDocument.class)
                .batchSize(batchSize)
                .maxAwaitTime(AWAIT_MILLIS, TimeUnit.MILLISECONDS)
                .cursor();
    }

    private static void listen(
            MongoChangeStreamCursor<ChangeStreamDocument<RawBsonDocument>> stream,
            AtomicInteger told,
            AtomicInteger expected) {
        while (told.get() < expected.get()) {
            if (stream.tryNext() != null) {
                told.incrementAndGet();
            }
        }
    }

    private static void carry(MongoDatabase device, MongoDatabase hub, String collection, List<RawBsonDocument> batch) {
        List<BsonValue> ids = batch.stream().map(BareSync::id).toList();
        List<BsonDocument> keys = ids.stream()
                .map(id -> new BsonDocument("c", new BsonString(collection)).append("i", id))
                .toList();
        read(raw(device, NAMES.state()), keys);
        List<RawBsonDocument> documents = read(raw(device, collection), ids);
        read(raw(hub, collection), ids);
        read(raw(hub, NAMES.tombstones()), keys);
        List<RawBsonDocument> stamped = new ArrayList<>(documents.size());
        List<RawBsonDocument> states = new ArrayList<>(documents.size());
        for (RawBsonDocument document : documents) {
            ContentHash hash = Doc.of(document).hash();
            stamped.add(Doc.withMeta(document, new SyncMeta(VERSION, hash)));
            states.add(state(collection, id(document), hash));
        }
        add(raw(hub, collection), stamped);
        add(raw(device, NAMES.state()), states);
    }

    private static List<RawBsonDocument> read(MongoCollection<RawBsonDocument> from, List<? extends BsonValue> ids) {
        BsonDocument filter = new BsonDocument("_id", new BsonDocument("$in", new BsonArray(ids)));
        return from.find(filter).batchSize(ids.size() + 1).into(new ArrayList<>());
    }

    private static void add(MongoCollection<RawBsonDocument> to, List<RawBsonDocument> documents) {
        to.insertMany(documents, new InsertManyOptions().ordered(false));
    }

    private static RawBsonDocument state(String collection, BsonValue id, ContentHash hash) {
        BsonDocument key = new BsonDocument("c", new BsonString(collection)).append("i", id);
        return BsonBytes.raw(new BsonDocument("_id", key)
                .append("v", new BsonInt64(VERSION.time()))
                .append("o", new BsonString(ORIGIN))
                .append("h", new BsonBinary(hash.toBytes()))
                .append("l", new BsonString(collection))
                .append("f", new BsonInt64(1)));
    }

    private static BsonValue id(RawBsonDocument document) {
        return Objects.requireNonNull(document.get("_id"), "every stored document has an _id");
    }

    private static MongoCollection<RawBsonDocument> raw(MongoDatabase database, String collection) {
        return database.getCollection(collection, RawBsonDocument.class);
    }
}
