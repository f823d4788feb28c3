package io.tandem.benchmarks.scenario;

import com.mongodb.client.MongoDatabase;
import io.tandem.benchmarks.lab.Agent;
import io.tandem.benchmarks.lab.Lab;
import io.tandem.benchmarks.lab.Route;
import io.tandem.benchmarks.lab.Waiting;
import io.tandem.benchmarks.load.Documents;
import java.util.ArrayList;
import java.util.List;

/** Several devices with agents on one hub, all in step. Used by one thread. */
final class Fleet implements AutoCloseable {
    private static final String DEVICE = "device";
    private static final String HUB = "fleet";

    private final List<Agent> agents = new ArrayList<>();
    private final List<MongoDatabase> databases = new ArrayList<>();

    /** Starts them; the first one brings {@code documents} documents, which all have when this returns. */
    Fleet(Lab lab, int devices, int documents, Route route) {
        lab.freshHub(HUB);
        for (int i = 0; i < devices; i++) {
            MongoDatabase database = lab.freshLocal(DEVICE + i);
            databases.add(database);
            if (i == 0) {
                Documents.KILOBYTE.fill(database, 0, documents);
            }
            Agent agent = lab.agent(DEVICE + i, HUB, route);
            agents.add(agent);
            agent.start();
            if (i == 0) {
                agent.awaitQuiet();
            }
        }
        for (MongoDatabase database : databases) {
            Waiting.until(
                    "every device has all documents",
                    () -> database.getCollection(Documents.COLLECTION).estimatedDocumentCount() >= documents);
        }
        agents.forEach(Agent::awaitQuiet);
    }

    MongoDatabase database(int device) {
        return databases.get(device);
    }

    int size() {
        return databases.size();
    }

    void awaitQuiet() {
        agents.forEach(Agent::awaitQuiet);
    }

    @Override
    public void close() {
        agents.forEach(Agent::close);
    }
}
