package io.tandem.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.Updates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskTest {
    @TempDir
    Path directory;

    private EmbeddedMongo open() {
        return EmbeddedMongo.builder().directory(directory).build().start();
    }

    @Test
    void keepsDataIndexesOptionsAndTheChangeLog() {
        BsonDocument token;
        try (EmbeddedMongo server = open();
                MongoClient client = MongoClients.create(server.uri())) {
            MongoCollection<Document> collection = client.getDatabase("d").getCollection("c");
            collection.createIndex(Indexes.ascending("k"), new IndexOptions().unique(true));
            client.getDatabase("d").getCollection("old").insertOne(new Document("_id", 1));
            client.getDatabase("d").getCollection("gone").insertOne(new Document("_id", 1));
            try (var cursor = collection.watch().cursor()) {
                collection.insertOne(new Document("_id", 1).append("k", "a"));
                token = cursor.next().getResumeToken();
            }
            collection.insertOne(new Document("_id", 2).append("k", "b"));
            collection.updateOne(Filters.eq("_id", 2), Updates.set("n", 5));
            collection.deleteOne(Filters.eq("_id", 1));
            client.getDatabase("d").getCollection("gone").drop();
            client.getDatabase("d").getCollection("old").renameCollection(new com.mongodb.MongoNamespace("d", "new"));
        }
        try (EmbeddedMongo server = open();
                MongoClient client = MongoClients.create(server.uri())) {
            MongoCollection<Document> collection = client.getDatabase("d").getCollection("c");
            assertThat(collection.find().into(new ArrayList<>()))
                    .containsExactly(new Document("_id", 2).append("k", "b").append("n", 5));
            assertThat(client.getDatabase("d").listCollectionNames().into(new ArrayList<>()))
                    .containsExactlyInAnyOrder("c", "new");
            assertThatThrownBy(() -> collection.insertOne(new Document("_id", 3).append("k", "b")))
                    .isInstanceOf(MongoWriteException.class);
            List<String> kinds = new ArrayList<>();
            try (var cursor = collection.watch().resumeAfter(token).cursor()) {
                for (int i = 0; i < 3; i++) {
                    kinds.add(cursor.next().getOperationTypeString());
                }
            }
            assertThat(kinds).containsExactly("insert", "update", "delete");
        }
    }

    @Test
    void cutsATornEndOff() throws IOException {
        try (EmbeddedMongo server = open();
                MongoClient client = MongoClients.create(server.uri())) {
            client.getDatabase("d").getCollection("c").insertOne(new Document("_id", 1));
        }
        Files.write(
                directory.resolve("journal.bin"), new byte[] {0, 0, 1, 0, 5, 5, 5, 5, 1}, StandardOpenOption.APPEND);
        for (int round = 0; round < 2; round++) {
            try (EmbeddedMongo server = open();
                    MongoClient client = MongoClients.create(server.uri())) {
                MongoCollection<Document> collection = client.getDatabase("d").getCollection("c");
                assertThat(collection.countDocuments()).isEqualTo(1 + round);
                collection.insertOne(new Document("_id", 2 + round));
            }
        }
    }

    /** The token of an idle stream names a time that no entry has; what is written after a restart must still be after it. */
    @Test
    void refusesAJournalThatIsDamagedInTheMiddleInsteadOfForgettingTheRest() throws IOException {
        try (EmbeddedMongo server = open();
                MongoClient client = MongoClients.create(server.uri())) {
            for (int i = 0; i < 50; i++) {
                client.getDatabase("d").getCollection("c").insertOne(new Document("_id", i).append("text", "filling"));
            }
        }
        Path file = directory.resolve("journal.bin");
        byte[] whole = Files.readAllBytes(file);
        byte[] damaged = whole.clone();
        damaged[whole.length / 2] ^= 0x55;
        Files.write(file, damaged);
        assertThatThrownBy(this::open)
                .hasMessageContaining("is damaged at byte")
                .hasMessageContaining("from a copy");
        assertThat(Files.readAllBytes(file)).as("nothing was cut off").isEqualTo(damaged);

        Files.write(file, whole);
        Files.write(
                file, new byte[4_096], StandardOpenOption.APPEND); // as a file system leaves it after a power failure
        try (EmbeddedMongo server = open();
                MongoClient client = MongoClients.create(server.uri())) {
            assertThat(client.getDatabase("d").getCollection("c").countDocuments())
                    .isEqualTo(50);
        }
    }

    @Test
    void resumesAnIdleStreamAcrossQuickRestarts() {
        BsonDocument token = null;
        for (int round = 0; round < 4; round++) {
            try (EmbeddedMongo server = open();
                    MongoClient client = MongoClients.create(server.uri())) {
                MongoCollection<Document> collection = client.getDatabase("d").getCollection("c");
                if (token != null) {
                    collection.insertOne(new Document("_id", round));
                    try (var cursor = collection.watch().resumeAfter(token).cursor()) {
                        assertThat(cursor.next().getFullDocument().get("_id")).isEqualTo(round);
                    }
                }
                try (var cursor = collection
                        .watch()
                        .maxAwaitTime(5, TimeUnit.MILLISECONDS)
                        .cursor()) {
                    for (int i = 0; i < 10; i++) {
                        assertThat(cursor.tryNext()).isNull();
                    }
                    token = cursor.getResumeToken();
                }
            }
        }
    }

    @Test
    void makesItsFileSmallerWithoutLosingAnything() throws IOException {
        try (EmbeddedMongo server = EmbeddedMongo.builder()
                        .directory(directory)
                        .changeLogLimits(10, 64L * 1024 * 1024)
                        .build()
                        .start();
                MongoClient client = MongoClients.create(server.uri())) {
            MongoCollection<Document> collection = client.getDatabase("d").getCollection("c");
            String megabyte = "x".repeat(1024 * 1024);
            for (int i = 0; i < 80; i++) {
                collection.replaceOne(
                        Filters.eq("_id", i % 2),
                        new Document("n", i).append("x", megabyte),
                        new com.mongodb.client.model.ReplaceOptions().upsert(true));
            }
            long limit = 80L * 1024 * 1024;
            org.awaitility.Awaitility.await().until(() -> Files.size(directory.resolve("journal.bin")) < limit);
            collection.insertOne(new Document("_id", "last"));
        }
        try (EmbeddedMongo server = open();
                MongoClient client = MongoClients.create(server.uri())) {
            MongoCollection<Document> collection = client.getDatabase("d").getCollection("c");
            assertThat(collection.find(Filters.eq("_id", 0)).first().get("n")).isEqualTo(78);
            assertThat(collection.find(Filters.eq("_id", 1)).first().get("n")).isEqualTo(79);
            assertThat(collection.countDocuments()).isEqualTo(3);
        }
    }

    @Test
    void refusesADirectoryThatIsInUse() {
        try (EmbeddedMongo server = open()) {
            assertThat(server.port()).isPositive();
            assertThatThrownBy(this::open)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("another embedded server has it open");
        }
    }

    /** Acknowledged writes survive kill -9 of the server's process, and its tokens stay valid. */
    @Test
    void survivesKillingTheProcess() throws Exception {
        for (int round = 0; round < 3; round++) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ChildServer.class.getName(),
                            directory.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            int acknowledged = 0;
            BsonDocument token;
            try {
                String uri = new String(readLine(process), StandardCharsets.UTF_8);
                try (MongoClient client = MongoClients.create(uri)) {
                    MongoCollection<Document> collection =
                            client.getDatabase("d").getCollection("round" + round);
                    try (var cursor = collection.watch().cursor()) {
                        collection.insertOne(new Document("_id", -1));
                        token = cursor.next().getResumeToken();
                    }
                    for (int i = 0; i < 300; i++) {
                        collection.insertOne(new Document("_id", i).append("x", "y".repeat(100)));
                        acknowledged++;
                    }
                    process.destroyForcibly();
                    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
                }
            } finally {
                process.destroyForcibly();
            }
            try (EmbeddedMongo server = open();
                    MongoClient client = MongoClients.create(server.uri())) {
                MongoCollection<Document> collection = client.getDatabase("d").getCollection("round" + round);
                assertThat(collection.countDocuments()).isEqualTo(acknowledged + 1L);
                try (var cursor = collection.watch().resumeAfter(token).cursor()) {
                    for (int i = 0; i < acknowledged; i++) {
                        assertThat(cursor.next().getFullDocument().get("_id")).isEqualTo(i);
                    }
                }
            }
        }
    }

    private static byte[] readLine(Process process) throws IOException {
        java.io.ByteArrayOutputStream line = new java.io.ByteArrayOutputStream();
        for (int c = process.getInputStream().read();
                c >= 0 && c != '\n';
                c = process.getInputStream().read()) {
            line.write(c);
        }
        return line.toByteArray();
    }
}
