package io.tandem.benchmarks.scenario;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import io.tandem.benchmarks.lab.Agent;
import io.tandem.benchmarks.lab.Lab;
import io.tandem.benchmarks.lab.Route;
import io.tandem.benchmarks.load.Documents;
import io.tandem.benchmarks.report.Figure;
import io.tandem.benchmarks.report.Target;
import java.util.ArrayList;
import java.util.List;

/**
 * First sync and resync with a hub that is a network away, as hubs are. The baselines go the same way, over connections that are open when they
 * begin.
 */
final class Far {
    private static final String DATABASE = "far";
    private static final String COPY = "copy";
    /** A raw scan of more would take minutes. */
    private static final int DOCUMENTS_MAX = 100_000;

    private static final List<String> COLLECTIONS = List.of(Documents.COLLECTION);

    private final Lab lab;
    private final int documents;

    Far(Lab lab) {
        this.lab = lab;
        this.documents = Math.min(DOCUMENTS_MAX, lab.scale().documents());
    }

    List<Figure> measure() {
        return FarHub.measure(lab, route -> {
            try (MongoClient client = lab.hubClient(route)) {
                List<Figure> figures = new ArrayList<>(firstSync(route, client));
                figures.addAll(resync(route, client));
                return figures;
            }
        });
    }

    private List<Figure> firstSync(Route route, MongoClient client) {
        Documents.KILOBYTE.fill(lab.freshLocal(DATABASE), 0, documents);
        Cost cost = new Cost();
        for (int round = 0; round <= lab.scale().rounds(); round++) {
            lab.say("first sync, round " + round + " of " + lab.scale().rounds());
            Cost counted = round == 0 ? new Cost() : cost;
            MongoDatabase to = lab.hub(client, COPY);
            to.drop();
            counted.baseline(documents / FirstSync.copySeconds(lab, lab.local(DATABASE), to, COLLECTIONS));
            counted.engine(documents / FirstSync.syncSeconds(lab, route, DATABASE, documents, COLLECTIONS, counted));
        }
        List<Figure> figures = new ArrayList<>(
                cost.rates("raw copy of " + documents + " x 1 KB", "first sync of " + documents + " x 1 KB", "docs/s"));
        figures.add(new Figure("first sync to raw copy", cost.ratio(), "ratio", Target.atLeast(0.7)));
        figures.addAll(cost.use("documents"));
        return figures;
    }

    private List<Figure> resync(Route route, MongoClient client) {
        lab.forgetDevice(DATABASE);
        lab.freshHub(DATABASE);
        try (Agent agent = lab.agent(DATABASE, DATABASE, route)) {
            return Resync.equal(lab, agent.start(), lab.local(DATABASE), lab.hub(client, DATABASE), documents);
        }
    }
}
