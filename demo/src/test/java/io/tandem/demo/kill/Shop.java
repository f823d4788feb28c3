package io.tandem.demo.kill;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import io.tandem.demo.server.TestDatabase;
import io.tandem.embedded.EmbeddedMongo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.Document;

/**
 * A device's database and a hub, each on a server of its own, for agents that are processes of their own. The servers are embedded ones or
 * those that {@code TANDEM_TEST_LOCAL_URI} and {@code TANDEM_TEST_HUB_URI} name; on those, databases with new names, dropped at the end.
 */
final class Shop implements AutoCloseable {
    private static final String NAME = "shop";

    private final TestDatabase local;
    private final TestDatabase hub = TestDatabase.givenBy("TANDEM_TEST_HUB_URI", EmbeddedMongo.builder(), NAME);
    final MongoDatabase device;
    final MongoDatabase atlas = hub.database();

    private Shop(TestDatabase local) {
        this.local = local;
        this.device = local.database();
    }

    /** Whose device tells of its changes by a change stream. */
    static Shop onReplicaSets() {
        return new Shop(TestDatabase.givenBy("TANDEM_TEST_LOCAL_URI", EmbeddedMongo.builder(), NAME));
    }

    /** Whose device has no change stream and is looked through for changes; given by {@code TANDEM_TEST_STANDALONE_URI}. */
    static Shop withStandaloneDevice() {
        return new Shop(TestDatabase.givenBy(
                "TANDEM_TEST_STANDALONE_URI", EmbeddedMongo.builder().standalone(), NAME));
    }

    /** Starts an agent of this device, which runs and logs there. */
    ServeProcess serve(Path directory) throws IOException {
        return ServeProcess.start(directory, local.uri(), hub.uri());
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
        local.close();
        hub.close();
    }
}
