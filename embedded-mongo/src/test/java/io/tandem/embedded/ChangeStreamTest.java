package io.tandem.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoCommandException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Aggregates;
import com.mongodb.client.model.ChangeStreamPreAndPostImagesOptions;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChangeStreamTest {
    private EmbeddedMongo server;
    private MongoClient client;
    private MongoDatabase database;
    private MongoCollection<Document> collection;

    @BeforeEach
    void start() {
        server = EmbeddedMongo.builder().build().start();
        client = MongoClients.create(server.uri());
        database = client.getDatabase("test");
        collection = database.getCollection("c");
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static List<ChangeStreamDocument<Document>> take(
            MongoChangeStreamCursor<ChangeStreamDocument<Document>> cursor, int count) {
        List<ChangeStreamDocument<Document>> events = new ArrayList<>();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (events.size() < count && System.nanoTime() < deadline) {
            ChangeStreamDocument<Document> event = cursor.tryNext();
            if (event != null) {
                events.add(event);
            } else if (cursor.getServerCursor() == null) {
                break;
            }
        }
        return events;
    }

    @Test
    void reportsEveryKindOfChangeInOrder() {
        try (var cursor = database.watch().cursor()) {
            collection.insertOne(new Document("_id", 1).append("a", 1));
            collection.updateOne(Filters.eq("_id", 1), Updates.set("a", 2));
            collection.updateOne(Filters.eq("_id", 1), Updates.set("a", 2));
            collection.replaceOne(Filters.eq("_id", 1), new Document("b", 1));
            collection.deleteOne(Filters.eq("_id", 1));
            collection.drop();

            List<ChangeStreamDocument<Document>> events = take(cursor, 5);
            assertThat(events)
                    .extracting(ChangeStreamDocument::getOperationTypeString)
                    .containsExactly("insert", "update", "replace", "delete", "drop");
            assertThat(events.get(1).getUpdateDescription().getUpdatedFields()).isEqualTo(BsonDocument.parse("{a: 2}"));
            assertThat(events.get(1).getFullDocument()).isNull();
            assertThat(events.get(1).getWallTime()).isNotNull();
            assertThat(events.get(2).getFullDocument()).isEqualTo(new Document("_id", 1).append("b", 1));
            assertThat(events.get(3).getDocumentKey()).isEqualTo(BsonDocument.parse("{_id: 1}"));
        }
    }

    @Test
    void resumesFromTokensAndTimes() {
        List<ChangeStreamDocument<Document>> events;
        try (var cursor = collection.watch().cursor()) {
            for (int i = 0; i < 5; i++) {
                collection.insertOne(new Document("_id", i));
            }
            events = take(cursor, 5);
        }
        try (var cursor =
                collection.watch().resumeAfter(events.get(2).getResumeToken()).cursor()) {
            assertThat(take(cursor, 2))
                    .extracting(each -> each.getFullDocument().get("_id"))
                    .containsExactly(3, 4);
        }
        BsonTimestamp time = events.get(1).getClusterTime();
        try (var cursor = client.watch().startAtOperationTime(time).cursor()) {
            assertThat(take(cursor, 4))
                    .extracting(each -> each.getFullDocument().get("_id"))
                    .containsExactly(1, 2, 3, 4);
        }
    }

    @Test
    void movesTheTokenOfAnIdleStreamPastOtherNamespaces() {
        BsonDocument token;
        try (var cursor =
                collection.watch().maxAwaitTime(50, TimeUnit.MILLISECONDS).cursor()) {
            assertThat(cursor.tryNext()).isNull();
            BsonDocument before = cursor.getResumeToken();
            database.getCollection("other").insertOne(new Document());
            assertThat(cursor.tryNext()).isNull();
            token = cursor.getResumeToken();
            assertThat(token.getString("_data").getValue())
                    .isGreaterThan(before.getString("_data").getValue());
        }
        server.faults().shrinkChangeLog(1);
        collection.insertOne(new Document("_id", 7));
        try (var cursor = collection.watch().resumeAfter(token).cursor()) {
            assertThat(take(cursor, 1)).hasSize(1);
        }
    }

    @Test
    void endsWithAnInvalidationWhenTheCollectionGoes() {
        collection.insertOne(new Document("_id", 1));
        BsonDocument invalidation;
        try (var cursor = collection.watch().cursor()) {
            collection.drop();
            List<ChangeStreamDocument<Document>> events = take(cursor, 3);
            assertThat(events)
                    .extracting(ChangeStreamDocument::getOperationTypeString)
                    .containsExactly("drop", "invalidate");
            assertThat(cursor.getServerCursor()).isNull();
            invalidation = events.get(1).getResumeToken();
        }
        assertThatThrownBy(() -> collection.watch().resumeAfter(invalidation).cursor())
                .isInstanceOfSatisfying(
                        MongoCommandException.class,
                        e -> assertThat(e.getErrorCode()).isEqualTo(260));
        try (var cursor = collection.watch().startAfter(invalidation).cursor()) {
            collection.insertOne(new Document("_id", 2));
            assertThat(take(cursor, 1)).hasSize(1);
        }
    }

    @Test
    void saysThatHistoryIsLost() {
        BsonDocument token;
        try (var cursor = collection.watch().cursor()) {
            collection.insertOne(new Document("_id", 0));
            token = take(cursor, 1).get(0).getResumeToken();
        }
        for (int i = 1; i < 10; i++) {
            collection.insertOne(new Document("_id", i));
        }
        server.faults().shrinkChangeLog(2);

        assertThatThrownBy(() -> collection.watch().resumeAfter(token).cursor())
                .isInstanceOfSatisfying(MongoCommandException.class, e -> {
                    assertThat(e.getErrorCode()).isEqualTo(286);
                    assertThat(e.hasErrorLabel("NonResumableChangeStreamError")).isTrue();
                });
        assertThatThrownBy(() -> collection
                        .watch()
                        .resumeAfter(new BsonDocument("_data", new BsonString("zz")))
                        .cursor())
                .isInstanceOfSatisfying(
                        MongoCommandException.class,
                        e -> assertThat(e.getErrorCode()).isEqualTo(9));
        assertThatThrownBy(() -> collection
                        .watch()
                        .resumeAfter(BsonDocument.parse("{foo: 1}"))
                        .cursor())
                .isInstanceOfSatisfying(
                        MongoCommandException.class,
                        e -> assertThat(e.getErrorCode()).isEqualTo(40647));
    }

    @Test
    void filtersAndProjectsOnTheStream() {
        var pipeline = List.of(
                Aggregates.match(
                        Filters.and(Filters.nin("ns.coll", "skip"), Filters.in("operationType", "insert", "update"))),
                Aggregates.project(
                        Document.parse(
                                "{operationType: 1, ns: 1, documentKey: 1, clusterTime: 1, size: {$bsonSize: '$fullDocument'},"
                                        + " 'fullDocument._sync.version': 1, extra: {$cond: [{$eq: ['$operationType', 'insert']}, 'new', '$$REMOVE']}}")));
        try (var cursor = database.watch(pipeline, Document.class).cursor()) {
            database.getCollection("skip").insertOne(new Document("_id", 1));
            collection.insertOne(Document.parse("{_id: 1, v: 1, _sync: {version: 7, other: 1}}"));
            collection.updateOne(Filters.eq("_id", 1), Updates.set("v", 2));
            collection.deleteOne(Filters.eq("_id", 1));
            var raw = database.watch(pipeline).withDocumentClass(Document.class);
            assertThat(raw).isNotNull();
            List<ChangeStreamDocument<Document>> events = new ArrayList<>();
            for (var each : take(cursor, 2)) {
                events.add(each);
            }
            assertThat(events.get(0).getFullDocument()).isEqualTo(Document.parse("{_sync: {version: 7}}"));
            assertThat(events.get(0).getExtraElements().getString("extra").getValue())
                    .isEqualTo("new");
            assertThat(events.get(1).getExtraElements()).doesNotContainKey("extra");
            assertThat(events.get(1).getOperationTypeString()).isEqualTo("update");
        }
    }

    @Test
    void givesImagesAndLookups() {
        database.createCollection(
                "images",
                new CreateCollectionOptions()
                        .changeStreamPreAndPostImagesOptions(new ChangeStreamPreAndPostImagesOptions(true)));
        MongoCollection<Document> images = database.getCollection("images");
        images.insertOne(new Document("_id", 1).append("n", 1));
        try (var cursor = images.watch()
                .fullDocument(FullDocument.WHEN_AVAILABLE)
                .fullDocumentBeforeChange(FullDocumentBeforeChange.WHEN_AVAILABLE)
                .cursor()) {
            images.updateOne(Filters.eq("_id", 1), Updates.inc("n", 1));
            images.updateOne(Filters.eq("_id", 1), Updates.inc("n", 1));
            List<ChangeStreamDocument<Document>> events = take(cursor, 2);
            assertThat(events)
                    .extracting(each -> each.getFullDocumentBeforeChange().get("n"))
                    .containsExactly(1, 2);
            assertThat(events)
                    .extracting(each -> each.getFullDocument().get("n"))
                    .containsExactly(2, 3);
        }
        BsonTimestamp start;
        try (ClientSession session = client.startSession()) {
            images.countDocuments(session, new Document());
            start = session.getOperationTime();
        }
        images.updateOne(Filters.eq("_id", 1), Updates.inc("n", 1));
        images.updateOne(Filters.eq("_id", 1), Updates.inc("n", 1));
        try (var cursor = images.watch()
                .startAtOperationTime(start)
                .fullDocument(FullDocument.UPDATE_LOOKUP)
                .cursor()) {
            take(cursor, 2)
                    .forEach(each -> assertThat(each.getFullDocument().get("n")).isEqualTo(5));
        }
    }

    @Test
    void resumesByItselfAfterARestartOnTheSamePort() {
        try (var cursor = collection.watch().cursor()) {
            collection.insertOne(new Document("_id", 1));
            assertThat(take(cursor, 1)).hasSize(1);
            server.stop();
            server.start();
            collection.insertOne(new Document("_id", 2));
            assertThat(take(cursor, 1))
                    .extracting(each -> each.getFullDocument().get("_id"))
                    .containsExactly(2);
        }
        assertThat(collection.countDocuments()).isEqualTo(2);
    }

    @Test
    void refusesStreamsAndSessionsNumbersOnAStandaloneServer() {
        try (EmbeddedMongo standalone =
                        EmbeddedMongo.builder().standalone().build().start();
                MongoClient other = MongoClients.create(standalone.uri())) {
            other.getDatabase("test").getCollection("c").insertOne(new Document());
            assertThatThrownBy(() -> other.getDatabase("test").watch().cursor())
                    .isInstanceOfSatisfying(
                            MongoCommandException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo(40573));
        }
    }

    @Test
    void costsOnlyWhatIsNew() {
        for (int i = 0; i < 2_000; i++) {
            collection.insertOne(new Document("_id", i));
        }
        try (var cursor =
                collection.watch().maxAwaitTime(20, TimeUnit.MILLISECONDS).cursor()) {
            assertThat(cursor.tryNext()).isNull();
            long before = server.counters().logEntriesRead();
            for (int i = 0; i < 50; i++) {
                collection.insertOne(new Document("_id", 10_000 + i));
                assertThat(take(cursor, 1)).hasSize(1);
            }
            assertThat(cursor.tryNext()).isNull();
            assertThat(server.counters().logEntriesRead() - before).isEqualTo(50);
        }
    }
}
