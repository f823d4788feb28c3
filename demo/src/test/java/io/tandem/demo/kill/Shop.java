package io.tandem.demo.kill;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.tandem.embedded.EmbeddedMongo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.Document;

/** A device's database and a hub, each on a server of its own, for agents that are processes of their own. */
final class Shop implements AutoCloseable {
    private static final String DATABASE = "shop";

    private final EmbeddedMongo local = EmbeddedMongo.builder().build().start();
    private final EmbeddedMongo hub = EmbeddedMongo.builder().build().start();
    private final MongoClient localClient = MongoClients.create(local.uri());
    private final MongoClient hubClient = MongoClients.create(hub.uri());
    final MongoDatabase device = localClient.getDatabase(DATABASE);
    final MongoDatabase atlas = hubClient.getDatabase(DATABASE);

    /** Starts an agent of this device, which runs and logs there. */
    ServeProcess serve(Path directory) throws IOException {
        return ServeProcess.start(directory, local.uri(DATABASE), hub.uri(DATABASE));
    }

    /** Fails unless both sides hold what {@link Writers} last wrote, and nothing else. */
    void assertNothingLostOrDoubled(Map<String, Integer> expected) {
        Map<Object, Document> onDevice = contents(device, Writers.OWN);
        Map<Object, Document> onHub = contents(atlas, Writers.OWN);
        List<String> wrong = new ArrayList<>();
        Map<String, Integer> all = new LinkedHashMap<>(expected);
        onDevice.keySet().forEach(id -> all.putIfAbsent(id.toString(), 0));
        onHub.keySet().forEach(id -> all.putIfAbsent(id.toString(), 0));
        all.forEach((id, value) -> {
            Document here = onDevice.get(id);
            Document there = onHub.get(id);
            boolean right = value == 0
                    ? here == null && there == null
                    : here != null && here.equals(there) && value.equals(here.getInteger("value"));
            if (!right) {
                wrong.add(id + ": expected " + value + ", on the device " + here + ", in the hub " + there);
            }
        });
        assertThat(wrong).as("of %d documents", all.size()).isEmpty();
        assertThat(contents(device, Writers.SHARED)).isEqualTo(contents(atlas, Writers.SHARED));
    }

    private static Map<Object, Document> contents(MongoDatabase database, String collection) {
        Map<Object, Document> found = new TreeMap<>();
        database.getCollection(collection).find().forEach(document -> {
            document.remove("_sync");
            assertThat(found.put(document.get("_id"), document)).isNull();
        });
        return found;
    }

    @Override
    public void close() {
        localClient.close();
        hubClient.close();
        local.close();
        hub.close();
    }
}
