package io.tandem.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.bson.types.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CappedTest {
    @TempDir
    private Path directory = Path.of("unset");

    private static Document id(int id) {
        return new Document("_id", id);
    }

    private static MongoCollection<Document> capped(MongoDatabase database, long size, long max) {
        database.createCollection(
                "events",
                new CreateCollectionOptions().capped(true).sizeInBytes(size).maxDocuments(max));
        return database.getCollection("events");
    }

    private static List<Integer> ids(MongoCollection<Document> collection) {
        List<Integer> ids = new ArrayList<>();
        collection.find().forEach(document -> ids.add(document.getInteger("_id")));
        return ids;
    }

    @Test
    void keepsTheNewestByNumberAndBySize() {
        try (EmbeddedMongo server = EmbeddedMongo.builder().build().start();
                MongoClient client = MongoClients.create(server.uri())) {
            MongoCollection<Document> byNumber = capped(client.getDatabase("a"), 100_000, 3);
            MongoCollection<Document> bySize = capped(client.getDatabase("b"), 1_000, 1_000);
            for (int i = 1; i <= 5; i++) {
                byNumber.insertOne(id(i));
                bySize.insertOne(id(i).append("filling", new Binary(new byte[400])));
            }
            assertThat(ids(byNumber)).containsExactly(3, 4, 5);
            assertThat(ids(bySize)).containsExactly(4, 5);
            Document options = client.getDatabase("b").listCollections().first().get("options", Document.class);
            assertThat(options)
                    .containsEntry("capped", true)
                    .containsEntry("size", 1_024L)
                    .containsEntry("max", 1_000L);
            assertThat(client.getDatabase("b").runCommand(new Document("collStats", "events")))
                    .containsEntry("capped", true)
                    .containsEntry("maxSize", 1_024L);
        }
    }

    @Test
    void refusesWhatACappedCollectionCannotDo() {
        try (EmbeddedMongo server = EmbeddedMongo.builder().build().start();
                MongoClient client = MongoClients.create(server.uri())) {
            MongoDatabase database = client.getDatabase("a");
            MongoCollection<Document> events = capped(database, 1_000, 10);
            events.insertOne(id(1).append("n", 1));
            assertThat(events.updateOne(id(1), Updates.set("n", 2)).getModifiedCount())
                    .isEqualTo(1);
            assertCode(10003, () -> events.updateOne(id(1), Updates.set("text", "longer")));
            assertCode(20, () -> events.deleteOne(id(1)));
            assertCode(2, () -> events.insertOne(id(2).append("filling", new Binary(new byte[2_000]))));
            try (ClientSession session = client.startSession()) {
                session.startTransaction();
                assertCode(263, () -> events.insertOne(session, id(3)));
            }
            assertCode(72, () -> database.runCommand(new Document("create", "x").append("capped", true)));
            assertCode(72, () -> database.runCommand(new Document("create", "x").append("max", 5)));
            assertThat(ids(events)).containsExactly(1);
        }
    }

    private static void assertCode(int code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        MongoException.class, e -> assertThat(e.getCode()).isEqualTo(code))
                .isNotInstanceOf(ClassCastException.class);
    }

    /** Since 5.0 the oldest document goes with a delete event, before that without a word. */
    @ParameterizedTest
    @ValueSource(ints = {9, 17})
    void saysWhatItDropsAsTheReleaseDoesAndSurvivesARestart(int wireVersion) {
        EmbeddedMongo.Builder builder =
                EmbeddedMongo.builder().directory(directory).wireVersion(wireVersion);
        try (EmbeddedMongo server = builder.build().start();
                MongoClient client = MongoClients.create(server.uri())) {
            MongoCollection<Document> events = capped(client.getDatabase("a"), 100_000, 2);
            try (MongoChangeStreamCursor<ChangeStreamDocument<Document>> stream =
                    client.getDatabase("a").watch().cursor()) {
                for (int i = 1; i <= 4; i++) {
                    events.insertOne(id(i));
                }
                client.getDatabase("a").getCollection("end").insertOne(id(0));
                List<String> seen = new ArrayList<>();
                ChangeStreamDocument<Document> event = stream.next();
                while (!event.getNamespace().getCollectionName().equals("end")) {
                    seen.add(event.getOperationTypeString()
                            + event.getDocumentKey().getInt32("_id").getValue());
                    event = stream.next();
                }
                assertThat(seen)
                        .isEqualTo(
                                wireVersion < 13
                                        ? List.of("insert1", "insert2", "insert3", "insert4")
                                        : List.of("insert1", "insert2", "insert3", "delete1", "insert4", "delete2"));
            }
        }
        try (EmbeddedMongo again = builder.build().start();
                MongoClient client = MongoClients.create(again.uri())) {
            MongoCollection<Document> events = client.getDatabase("a").getCollection("events");
            assertThat(ids(events)).containsExactly(3, 4);
            events.insertOne(id(5));
            assertThat(ids(events)).containsExactly(4, 5);
        }
    }

    @Test
    void cannotBeTailed() {
        try (EmbeddedMongo server = EmbeddedMongo.builder().build().start();
                MongoClient client = MongoClients.create(server.uri())) {
            capped(client.getDatabase("a"), 1_000, 10);
            assertThatThrownBy(() ->
                            client.getDatabase("a").runCommand(new Document("find", "events").append("tailable", true)))
                    .isInstanceOfSatisfying(
                            MongoCommandException.class,
                            e -> assertThat(e.getCode()).isEqualTo(115));
        }
    }
}
