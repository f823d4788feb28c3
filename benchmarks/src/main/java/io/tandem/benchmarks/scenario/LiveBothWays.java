package io.tandem.benchmarks.scenario;

import com.mongodb.client.MongoDatabase;
import io.tandem.benchmarks.baseline.RawPump;
import io.tandem.benchmarks.lab.Agent;
import io.tandem.benchmarks.lab.EngineThreads;
import io.tandem.benchmarks.lab.Lab;
import io.tandem.benchmarks.lab.Waiting;
import io.tandem.benchmarks.load.Changes;
import io.tandem.benchmarks.load.Documents;
import io.tandem.benchmarks.load.Ledger;
import io.tandem.benchmarks.load.Observer;
import io.tandem.benchmarks.report.Figure;
import io.tandem.benchmarks.report.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Changes on both sides at once: one collection is written on the device, another one on the hub, by people who know nothing of Tandem. Two
 * pumps, one in each direction, do the same.
 */
final class LiveBothWays {
    private static final String UP = "up";
    private static final String DOWN = "down";
    private static final String PUMPED = "pumped";
    private static final String SYNCED = "synced";
    private static final int KEYS = 5_000;

    private final Lab lab;
    private final int keys;
    private final int changes;

    LiveBothWays(Lab lab) {
        this.lab = lab;
        this.changes = lab.scale().changes() / 2;
        this.keys = Math.min(KEYS, changes);
    }

    List<Figure> measure() {
        MongoDatabase pumpedHere = lab.freshLocal(PUMPED);
        MongoDatabase pumpedThere = lab.freshHub(PUMPED);
        MongoDatabase here = lab.freshLocal(SYNCED);
        MongoDatabase there = lab.freshHub(SYNCED);
        for (MongoDatabase each : List.of(pumpedHere, pumpedThere, here)) {
            fill(each, UP);
            fill(each, DOWN);
        }
        Cost cost = new Cost();
        try (Agent agent = lab.agent(SYNCED, SYNCED)) {
            agent.start();
            agent.awaitQuiet();
            for (int round = 0; round <= lab.scale().rounds(); round++) {
                lab.say("round " + round + " of " + lab.scale().rounds());
                double pump = pump(pumpedHere, pumpedThere);
                EngineThreads before = EngineThreads.now();
                double engine = run(here, there);
                EngineThreads used = EngineThreads.now().since(before);
                agent.awaitQuiet();
                if (round > 0) {
                    cost.baseline(pump);
                    cost.engine(engine);
                    cost.used(used, 2 * changes);
                }
            }
        }
        List<Figure> figures = new ArrayList<>(
                cost.rates("two raw pumps, " + changes + " changes each way", "live sync of the same", "changes/s"));
        figures.add(new Figure("live sync both ways to raw pumps", cost.ratio(), "ratio", Target.NONE));
        figures.addAll(cost.use("changes"));
        return figures;
    }

    private void fill(MongoDatabase database, String collection) {
        Documents.KILOBYTE.fill(database, collection, 0, keys);
    }

    private double pump(MongoDatabase here, MongoDatabase there) {
        try (RawPump up = new RawPump(here, there, UP, lab.batchSize(), Optional.empty());
                RawPump down = new RawPump(there, here, DOWN, lab.batchSize(), Optional.empty())) {
            up.start();
            down.start();
            return run(here, there);
        }
    }

    /** Changes per second, both directions together. */
    private double run(MongoDatabase here, MongoDatabase there) {
        Ledger up = new Ledger(changes, keys);
        Ledger down = new Ledger(changes, keys);
        try (Observer seesUp = new Observer(there, UP, up);
                Observer seesDown = new Observer(here, DOWN, down)) {
            seesUp.start();
            seesDown.start();
            Thread other = new Thread(
                    () -> new Changes(Documents.KILOBYTE, DOWN, keys).atOnce(there, down, 1, changes), "hub-writer");
            other.start();
            new Changes(Documents.KILOBYTE, UP, keys).atOnce(here, up, 1, changes);
            Waiting.join(other);
            up.awaitAll();
            down.awaitAll();
            return 2 * changes / Math.max(up.seconds(), down.seconds());
        }
    }
}
