package io.tandem.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Collation;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.InsertOneOptions;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.ValidationOptions;
import io.tandem.embedded.faults.FailCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.bson.BsonBinary;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.UuidRepresentation;
import org.bson.types.Decimal128;
import org.bson.types.MaxKey;
import org.bson.types.MinKey;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FeatureTest {
    private EmbeddedMongo server;
    private MongoClient client;
    private MongoDatabase database;
    private MongoCollection<Document> collection;

    @BeforeEach
    void start() {
        server = EmbeddedMongo.builder().ttlSweep(Duration.ofMillis(50)).build().start();
        client = MongoClients.create(MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(server.uri()))
                .uuidRepresentation(UuidRepresentation.STANDARD)
                .build());
        database = client.getDatabase("test");
        collection = database.getCollection("c");
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static byte[] bytes(RawBsonDocument document) {
        byte[] bytes = new byte[document.getByteBuffer().remaining()];
        document.getByteBuffer().get(bytes);
        return bytes;
    }

    @Test
    void keepsEveryTypeByteForByte() {
        RawBsonDocument all = RawBsonDocument.parse("""
                {_id: 1, d: {$numberDouble: '-0.0'}, nan: {$numberDouble: 'NaN'}, s: 'a\\u0000b', o: {x: {}}, a: [],
                 b0: {$binary: {base64: 'AQI=', subType: '00'}}, b2: {$binary: {base64: 'AgAAAAEC', subType: '02'}},
                 b3: {$binary: {base64: 'ABEiM0RVZneImaq7zN3u/w==', subType: '03'}},
                 b4: {$binary: {base64: 'ABEiM0RVZneImaq7zN3u/w==', subType: '04'}},
                 b80: {$binary: {base64: 'AQI=', subType: '80'}}, u: {$undefined: true},
                 oid: {$oid: '5f5f5f5f5f5f5f5f5f5f5f5f'}, t: true, dt: {$date: {$numberLong: '-1234567'}}, n: null,
                 r: {$regularExpression: {pattern: '^a', options: 'im'}}, js: {$code: 'f()'}, sy: {$symbol: 'sym'},
                 cws: {$code: 'f()', $scope: {x: 1}}, i: 1, ts: {$timestamp: {t: 5, i: 6}},
                 l: {$numberLong: '9007199254740993'}, dec: {$numberDecimal: '1.10'}, di: {$numberDecimal: '-Infinity'},
                 mn: {$minKey: 1}, mx: {$maxKey: 1}}""");
        MongoCollection<RawBsonDocument> raw = database.getCollection("raw", RawBsonDocument.class);

        raw.insertOne(all);
        assertThat(bytes(raw.find().first())).isEqualTo(bytes(all));

        raw.updateOne(Filters.eq("_id", 1), Updates.set("zz", 1));
        raw.updateOne(Filters.eq("_id", 1), Updates.unset("zz"));
        assertThat(bytes(raw.find().first())).as("after two updates").isEqualTo(bytes(all));
    }

    @Test
    void ordersAndBoundsIdsOfAllTypes() {
        List<Object> ids = new ArrayList<>(List.of(
                new MinKey(),
                Double.NaN,
                1,
                2.5,
                Decimal128.parse("2.75"),
                3L,
                "a",
                "b",
                new Document("x", 1),
                new BsonBinary((byte) 0, new byte[] {1}),
                UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
                new ObjectId(),
                false,
                true,
                new Date(5),
                new BsonTimestamp(3, 4),
                new MaxKey()));
        ids.add(1, null);
        List<Document> shuffled = new ArrayList<>();
        ids.forEach(id -> shuffled.add(new Document("_id", id)));
        Collections.shuffle(shuffled, new Random(7));
        collection.insertMany(shuffled);

        List<Integer> places = new ArrayList<>();
        collection
                .find()
                .sort(Sorts.ascending("_id"))
                .batchSize(3)
                .forEach(each -> places.add(ids.indexOf(plain(each.get("_id"), ids))));
        List<Object> between = new ArrayList<>();
        collection
                .find()
                .min(new Document("_id", 2.5))
                .max(new Document("_id", "b"))
                .hint(new Document("_id", 1))
                .forEach(each -> between.add(each.get("_id")));

        assertThat(places).isSorted().hasSize(ids.size());
        assertThat(between).containsExactly(2.5, Decimal128.parse("2.75"), 3L, "a");
        assertThat(collection.countDocuments(Filters.gt("_id", "a")))
                .as("type brackets")
                .isEqualTo(1);
        assertThatThrownBy(() -> collection.insertOne(new Document("_id", 3))).isInstanceOf(MongoWriteException.class);
    }

    private static Object plain(Object id, List<Object> ids) {
        if (id instanceof org.bson.types.Binary binary) {
            return new BsonBinary((byte) 0, binary.getData());
        }
        return ids.contains(id) ? id : null;
    }

    @Test
    void comparesAndSetsByTheWholeDocument() {
        collection.insertOne(Document.parse("{_id: 1, v: 1, s: '$v', n: {a: 1, b: 2}}"));

        assertThat(swap("{_id: 1, v: 1.0, s: '$v', n: {a: 1, b: 2}}"))
                .as("same values")
                .isEqualTo(1);
        assertThat(swap("{_id: 1, v: 1, s: '$v', n: {b: 2, a: 1}}"))
                .as("another order")
                .isZero();
        assertThat(swap("{_id: 1, v: 1, s: '$v'}")).as("a field less").isZero();
    }

    private long swap(String expected) {
        Document compare = new Document(
                "$eq",
                List.of(
                        new Document("$cmp", List.of("$$ROOT", new Document("$literal", Document.parse(expected)))),
                        0));
        return collection
                .replaceOne(
                        new Document("_id", 1).append("$expr", compare),
                        Document.parse("{_id: 1, v: 1, s: '$v', n: {a: 1, b: 2}}"))
                .getMatchedCount();
    }

    @Test
    void validatesUnlessToldNotTo() {
        database.createCollection(
                "v",
                new CreateCollectionOptions()
                        .validationOptions(
                                new ValidationOptions()
                                        .validator(
                                                Document.parse(
                                                        "{$jsonSchema: {required: ['a'], properties: {a: {bsonType: 'int', minimum: 3}}}}"))));
        MongoCollection<Document> validated = database.getCollection("v");

        assertThatThrownBy(() -> validated.insertOne(new Document("a", 1)))
                .isInstanceOfSatisfying(
                        MongoWriteException.class, e -> assertThat(e.getCode()).isEqualTo(121));
        validated.insertOne(new Document("a", 3));
        validated.insertOne(new Document("a", 1), new InsertOneOptions().bypassDocumentValidation(true));
        assertThat(validated.countDocuments()).isEqualTo(2);
    }

    @Test
    void enforcesPartialAndTtlIndexes() {
        collection.createIndex(
                Indexes.ascending("k"),
                new IndexOptions().unique(true).partialFilterExpression(new Document("on", true)));
        collection.createIndex(Indexes.ascending("at"), new IndexOptions().expireAfter(5L, TimeUnit.SECONDS));
        collection.insertMany(
                List.of(Document.parse("{k: 1}"), Document.parse("{k: 1}"), Document.parse("{k: 1, on: true}")));
        assertThatThrownBy(() -> collection.insertOne(Document.parse("{k: 1, on: true}")))
                .isInstanceOf(MongoWriteException.class);

        collection.insertOne(
                new Document("_id", "old").append("at", Date.from(Instant.now().minusSeconds(60))));
        collection.insertOne(
                new Document("_id", "new").append("at", Date.from(Instant.now().plusSeconds(60))));
        Awaitility.await().until(() -> collection.countDocuments(Filters.eq("_id", "old")) == 0);
        assertThat(collection.countDocuments(Filters.eq("_id", "new"))).isEqualTo(1);
    }

    @Test
    void refusesLoudlyWhatItDoesNotSupport() {
        assertCode(59, () -> database.runCommand(new Document("frobnicate", 1)));
        assertCode(
                40324,
                () -> collection
                        .aggregate(List.of(new Document("$frobnicate", 1)))
                        .first());
        assertCode(
                2,
                () -> collection.find(Document.parse("{a: {$frobnicate: 1}}")).first());
        assertCode(
                115,
                () -> collection
                        .find()
                        .collation(Collation.builder().locale("sv").build())
                        .first());
        assertCode(
                20, () -> collection.watch(List.of(new Document("$limit", 1))).cursor());
        collection
                .find()
                .collation(Collation.builder().locale("simple").build())
                .first();
    }

    private static void assertCode(int code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        MongoCommandException.class,
                        e -> assertThat(e.getErrorCode()).isEqualTo(code));
    }

    @Test
    void appliesARetriedWriteOnce() {
        collection.insertOne(new Document("_id", 1).append("n", 0));
        server.faults().failCommand(FailCommand.cutting("update").afterExecuting());

        collection.updateOne(Filters.eq("_id", 1), Updates.inc("n", 1));

        assertThat(collection.find().first().get("n")).isEqualTo(1);
    }

    @Test
    void failsAndDelaysAndFreezesOnRequest() {
        collection.insertOne(new Document("_id", 1));
        server.faults().failCommand(FailCommand.withCode("find", 8000).skipping(1));
        assertThat(collection.find().first()).isNotNull();
        assertCode(8000, () -> collection.find().first());
        assertThat(collection.find().first()).isNotNull();

        server.faults().clockOffset(Duration.ofHours(-1));
        Date shifted = database.runCommand(new Document("serverStatus", 1)).getDate("localTime");
        assertThat(shifted.toInstant()).isBefore(Instant.now().minusSeconds(3_000));
        server.faults().reset();

        server.faults().freeze();
        AtomicBoolean answered = new AtomicBoolean();
        Thread reader = new Thread(() -> {
            collection.find().first();
            answered.set(true);
        });
        reader.start();
        assertThat(answered).isFalse();
        server.faults().thaw();
        Awaitility.await().untilTrue(answered);
    }

    @Test
    void letsOnlyUsersIn() {
        try (EmbeddedMongo guarded = EmbeddedMongo.builder()
                        .user("anna", "p@ss/word".toCharArray())
                        .build()
                        .start();
                MongoClient known = MongoClients.create(guarded.uri());
                MongoClient unknown = MongoClients.create(guarded.uri().replaceFirst("//.*@", "//anna:wrong@"))) {
            known.getDatabase("test").getCollection("c").insertOne(new Document());
            assertThat(known.getDatabase("test").getCollection("c").countDocuments())
                    .isEqualTo(1);
            assertThatThrownBy(
                            () -> unknown.getDatabase("test").getCollection("c").countDocuments())
                    .isInstanceOf(MongoSecurityException.class);
        }
    }

    /** A reader must never see a mixture of two versions of a document. */
    @Test
    void readsWholeDocuments() throws InterruptedException {
        collection.insertOne(version(0));
        AtomicBoolean done = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            for (int i = 1; !done.get(); i++) {
                int n = i;
                collection.updateOne(
                        Filters.eq("_id", 1),
                        Updates.combine(Updates.set("a", n), Updates.set("b", n), Updates.set("c", n)),
                        new UpdateOptions());
            }
        });
        writer.start();
        for (int i = 0; i < 500; i++) {
            Document found = collection.find().first();
            assertThat(found.get("a")).isEqualTo(found.get("b")).isEqualTo(found.get("c"));
        }
        done.set(true);
        writer.join();
    }

    private static Document version(int n) {
        return new Document("_id", 1).append("a", n).append("b", n).append("c", n);
    }
}
