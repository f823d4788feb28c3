package io.tandem.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Aggregates;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The places at which a change stream can be begun again. */
class ResumeTest {
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

    private static Document id(int id) {
        return new Document("_id", id);
    }

    private static List<String> kinds(MongoChangeStreamCursor<ChangeStreamDocument<Document>> cursor, int count) {
        List<String> kinds = new ArrayList<>();
        while (kinds.size() < count) {
            kinds.add(cursor.next().getOperationTypeString());
        }
        return kinds;
    }

    @Test
    void whoResumesAfterTheDropIsStillToldOfTheInvalidation() {
        collection.insertOne(id(1));
        BsonDocument drop;
        BsonDocument invalidate;
        try (var cursor = collection.watch().cursor()) {
            collection.drop();
            drop = cursor.next().getResumeToken();
            invalidate = cursor.next().getResumeToken();
        }
        collection.insertOne(id(2));

        try (var resumed = collection.watch().resumeAfter(drop).cursor()) {
            ChangeStreamDocument<Document> event = resumed.next();
            assertThat(event.getOperationTypeString()).isEqualTo("invalidate");
            assertThat(event.getResumeToken()).isEqualTo(invalidate);
            assertThat(resumed.tryNext()).isNull();
            assertThat(resumed.getServerCursor()).isNull();
        }
        try (var started = collection.watch().startAfter(invalidate).cursor()) {
            assertThat(kinds(started, 1)).containsExactly("insert");
        }
        try (var whole = database.watch().resumeAfter(drop).cursor()) {
            assertThat(kinds(whole, 1)).as("a database stream goes on").containsExactly("insert");
        }
    }

    @Test
    void aTimeInTheFutureLeavesOutWhatHappensBefore() {
        collection.insertOne(id(1));
        int later = (int) (System.currentTimeMillis() / 1000) + 100;
        try (var cursor = collection
                .watch()
                .startAtOperationTime(new BsonTimestamp(later, 1))
                .maxAwaitTime(100, TimeUnit.MILLISECONDS)
                .cursor()) {
            collection.insertOne(id(2));
            assertThat(cursor.tryNext()).isNull();
            BsonDocument token = cursor.getResumeToken();
            assertThat(token.getString("_data").getValue()).startsWith("82" + String.format("%08X", later));
            server.faults().clockOffset(Duration.ofSeconds(200));
            collection.insertOne(id(3));
            assertThat(cursor.next().getDocumentKey().getInt32("_id").getValue())
                    .isEqualTo(3);
        }
    }

    @Test
    void aFirstBatchOfNothingIsEmptyAndHasAToken() {
        Document watch = new Document("aggregate", "c")
                .append("pipeline", List.of(new Document("$changeStream", new Document())))
                .append("cursor", new Document());
        Document opened = database.runCommand(watch).get("cursor", Document.class);
        for (int i = 0; i < 5; i++) {
            collection.insertOne(id(i));
        }
        Document resumed = new Document("aggregate", "c")
                .append(
                        "pipeline",
                        List.of(new Document(
                                "$changeStream", new Document("resumeAfter", opened.get("postBatchResumeToken")))))
                .append("cursor", new Document("batchSize", 0));
        Document first = database.runCommand(resumed).get("cursor", Document.class);
        assertThat(first.getList("firstBatch", Document.class)).isEmpty();
        assertThat(first.get("postBatchResumeToken")).isEqualTo(opened.get("postBatchResumeToken"));
        Document next = database.runCommand(new Document("getMore", first.getLong("id"))
                        .append("collection", "c")
                        .append("batchSize", 2))
                .get("cursor", Document.class);
        assertThat(next.getList("nextBatch", Document.class)).hasSize(2);
    }

    @Test
    void tokensOfAFilteredStreamMoveAheadWhileOthersWrite() {
        try (var cursor = collection
                .watch(List.of(Aggregates.match(Filters.eq("operationType", "delete"))))
                .maxAwaitTime(50, TimeUnit.MILLISECONDS)
                .cursor()) {
            assertThat(cursor.tryNext()).isNull();
            String before = cursor.getResumeToken().getString("_data").getValue();
            for (int i = 0; i < 2_000; i++) {
                collection.insertOne(id(i));
            }
            assertThat(cursor.tryNext()).isNull();
            assertThat(cursor.getResumeToken().getString("_data").getValue()).isGreaterThan(before);
            collection.deleteOne(id(7));
            assertThat(kinds(cursor, 1)).containsExactly("delete");
        }
    }
}
