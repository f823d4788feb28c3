package io.tandem.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.ChangeStreamPreAndPostImagesOptions;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Eight writers on six documents: every event's image before must be the image after of the event before it. */
class ImageChainTest {
    private static final int WRITERS = 8;
    private static final int OPERATIONS = 250;
    private static final int IDS = 6;
    private static final long SEED = 20_261_122;

    @TempDir
    Path directory;

    @Test
    void holdsInMemory() throws Exception {
        try (EmbeddedMongo server = EmbeddedMongo.builder().build().start()) {
            race(server);
        }
    }

    @Test
    void holdsOnDisk() throws Exception {
        try (EmbeddedMongo server =
                EmbeddedMongo.builder().directory(directory).build().start()) {
            race(server);
        }
    }

    private static void race(EmbeddedMongo server) throws Exception {
        try (MongoClient client = MongoClients.create(server.uri())) {
            MongoDatabase database = client.getDatabase("race");
            database.createCollection(
                    "c",
                    new CreateCollectionOptions()
                            .changeStreamPreAndPostImagesOptions(new ChangeStreamPreAndPostImagesOptions(true)));
            MongoCollection<Document> collection = database.getCollection("c");
            List<ChangeStreamDocument<Document>> events = new ArrayList<>();
            try (var cursor = database.watch()
                    .fullDocument(FullDocument.WHEN_AVAILABLE)
                    .fullDocumentBeforeChange(FullDocumentBeforeChange.WHEN_AVAILABLE)
                    .maxAwaitTime(50, TimeUnit.MILLISECONDS)
                    .cursor()) {
                write(collection);
                collection.insertOne(new Document("_id", "end"));
                drain(cursor, events);
            }
            verify(collection, events);
        }
    }

    private static void write(MongoCollection<Document> collection) throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                Random random = new Random(SEED + writer);
                int number = writer;
                all.add(writers.submit(() -> {
                    for (int i = 0; i < OPERATIONS; i++) {
                        operation(collection, random, number * OPERATIONS + i);
                    }
                }));
            }
            for (Future<?> each : all) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            writers.shutdownNow();
        }
    }

    private static void operation(MongoCollection<Document> collection, Random random, int serial) {
        Object id = random.nextInt(IDS);
        switch (random.nextInt(6)) {
            case 0 ->
                collection.replaceOne(
                        Filters.eq("_id", id), new Document("r", serial), new ReplaceOptions().upsert(true));
            case 1 -> collection.deleteOne(Filters.eq("_id", id));
            case 2 -> collection.updateMany(Filters.gte("_id", 0), Updates.set("m", serial));
            case 3 ->
                collection.findOneAndUpdate(
                        Filters.eq("_id", id), Updates.inc("n", 1), new FindOneAndUpdateOptions().upsert(true));
            case 4 ->
                collection.bulkWrite(
                        List.of(
                                new UpdateOneModel<>(
                                        Filters.eq("_id", id),
                                        Updates.push("p", serial),
                                        new UpdateOptions().upsert(true)),
                                new ReplaceOneModel<>(
                                        Filters.eq("_id", random.nextInt(IDS)), new Document("b", serial)),
                                new DeleteOneModel<>(Filters.eq("_id", random.nextInt(IDS)))),
                        new BulkWriteOptions().ordered(random.nextBoolean()));
            default -> collection.updateOne(Filters.eq("_id", id), Updates.unset("m"));
        }
    }

    private static void drain(
            MongoChangeStreamCursor<ChangeStreamDocument<Document>> cursor,
            List<ChangeStreamDocument<Document>> events) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < deadline) {
            ChangeStreamDocument<Document> event = cursor.tryNext();
            if (event != null) {
                if ("end"
                        .equals(
                                event.getFullDocument() == null
                                        ? null
                                        : event.getFullDocument().get("_id"))) {
                    return;
                }
                events.add(event);
            }
        }
        throw new AssertionError("the last event did not come within a minute");
    }

    private static void verify(MongoCollection<Document> collection, List<ChangeStreamDocument<Document>> events) {
        Map<Object, Document> state = new HashMap<>();
        String lastToken = "";
        for (ChangeStreamDocument<Document> event : events) {
            String token = event.getResumeToken().getString("_data").getValue();
            assertThat(token).isGreaterThan(lastToken);
            lastToken = token;
            Object id = event.getDocumentKey().getInt32("_id").getValue();
            assertThat(event.getFullDocumentBeforeChange())
                    .as("image before %s of %s", event.getOperationTypeString(), id)
                    .isEqualTo(state.get(id));
            if (event.getFullDocument() == null) {
                state.remove(id);
            } else {
                state.put(id, event.getFullDocument());
            }
        }
        assertThat(events).hasSizeGreaterThan(OPERATIONS);
        Map<Object, Document> stored = new HashMap<>();
        collection.find(Filters.ne("_id", "end")).forEach(each -> stored.put(each.get("_id"), each));
        assertThat(stored).isEqualTo(state);
    }
}
