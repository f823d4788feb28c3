package io.tandem.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.InsertManyOptions;
import io.tandem.agent.process.TandemMain;
import io.tandem.embedded.EmbeddedMongo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A comparison of 100,000 documents on both sides in a process of its own with a small heap. */
class VerifyMemoryTest {

    private static final int DOCUMENTS = 100_000;
    private static final int HEAP_MEGABYTES = 64;

    @TempDir
    Path directory;

    @Test
    void aHundredThousandDocumentsAreComparedInASmallHeap() throws IOException, InterruptedException {
        try (EmbeddedMongo local = server();
                EmbeddedMongo hub = server()) {
            fill(local, DOCUMENTS);
            fill(hub, DOCUMENTS - 1);

            Path output = directory.resolve("output.json");
            int exitCode = verify(local.uri("big"), hub.uri("big"), output);

            String text = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(exitCode).as(text).isEqualTo(1);
            BsonDocument items =
                    BsonDocument.parse(text).getArray("collections").get(0).asDocument();
            assertThat(items.getNumber("equal").intValue()).isEqualTo(DOCUMENTS - 1);
            assertThat(items.getNumber("missingAtlas").intValue()).isEqualTo(1);
        }
    }

    private static EmbeddedMongo server() {
        return EmbeddedMongo.builder().changeLogLimits(1_000, 1_000_000).build().start();
    }

    private static void fill(EmbeddedMongo server, int count) {
        try (MongoClient client = MongoClients.create(server.uri())) {
            MongoCollection<BsonDocument> items = client.getDatabase("big").getCollection("items", BsonDocument.class);
            List<BsonDocument> batch = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                batch.add(new BsonDocument("_id", new BsonInt32(i)).append("text", new BsonString("x".repeat(300))));
                if (batch.size() == 1_000 || i == count - 1) {
                    items.insertMany(batch, new InsertManyOptions().ordered(false));
                    batch.clear();
                }
            }
        }
    }

    private int verify(String localUri, String hubUri, Path output) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + HEAP_MEGABYTES + "m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TandemMain.class.getName(),
                        "verify",
                        "--offline",
                        "--json")
                .directory(directory.toFile())
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = builder.environment();
        environment.put("MONGODB_URI", localUri);
        environment.put("MONGODB_ATLAS_URI", hubUri);
        return builder.start().waitFor();
    }
}
