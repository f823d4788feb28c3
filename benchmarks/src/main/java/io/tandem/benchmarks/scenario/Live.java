package io.tandem.benchmarks.scenario;

import com.mongodb.client.MongoDatabase;
import io.tandem.benchmarks.baseline.RawPump;
import io.tandem.benchmarks.lab.Agent;
import io.tandem.benchmarks.lab.EngineThreads;
import io.tandem.benchmarks.lab.Lab;
import io.tandem.benchmarks.load.Changes;
import io.tandem.benchmarks.load.Documents;
import io.tandem.benchmarks.load.Ledger;
import io.tandem.benchmarks.load.Observer;
import io.tandem.benchmarks.report.Figure;
import io.tandem.benchmarks.report.Sample;
import io.tandem.benchmarks.report.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sustained changes on the device, as fast as its server takes them, until the hub has the last one. */
final class Live {
    private static final String PUMPED = "pumped";
    private static final String SYNCED = "synced";
    private static final int KEYS = 10_000;
    private static final int HOT_KEYS = 10;

    private final Lab lab;

    Live(Lab lab) {
        this.lab = lab;
    }

    List<Figure> measure() {
        return measure(Math.min(KEYS, lab.scale().changes()), Target.atLeast(0.6), true);
    }

    List<Figure> measureHot() {
        return measure(HOT_KEYS, Target.atLeast(0.6), false);
    }

    private List<Figure> measure(int keys, Target target, boolean growth) {
        int changes = lab.scale().changes();
        MongoDatabase pumpedFrom = lab.freshLocal(PUMPED);
        MongoDatabase pumpedTo = lab.freshHub(PUMPED);
        MongoDatabase from = lab.freshLocal(SYNCED);
        MongoDatabase to = lab.freshHub(SYNCED);
        for (MongoDatabase each : List.of(pumpedFrom, pumpedTo, from)) {
            Documents.KILOBYTE.fill(each, 0, keys);
        }
        Cost cost = new Cost();
        List<Double> p99 = new ArrayList<>();
        List<Figure> figures = new ArrayList<>();
        try (Agent agent = lab.agent(SYNCED, SYNCED)) {
            agent.start();
            agent.awaitQuiet();
            for (int round = 0; round <= lab.scale().rounds(); round++) {
                lab.say("round " + round + " of " + lab.scale().rounds());
                double pump = pump(pumpedFrom, pumpedTo, keys, changes);
                EngineThreads before = EngineThreads.now();
                Ledger ledger = run(from, to, keys, changes);
                EngineThreads used = EngineThreads.now().since(before);
                agent.awaitQuiet();
                if (round > 0) {
                    cost.baseline(pump);
                    cost.engine(changes / ledger.seconds());
                    cost.used(used, changes);
                    ledger.latency().ifPresent(latency -> p99.add(latency.p99()));
                }
            }
            figures.addAll(cost.rates(
                    "raw pump of " + changes + " changes of " + keys + " documents",
                    "live sync of the same",
                    "changes/s"));
            figures.add(new Figure("live sync to raw pump", cost.ratio(), "ratio", target));
            figures.addAll(cost.use("changes"));
            figures.add(Figure.of("p99 from commit to hub at full speed", median(p99), "ms"));
            if (growth) {
                figures.add(growth(agent, from, to, keys, changes));
            }
        }
        return figures;
    }

    private Figure growth(Agent agent, MongoDatabase from, MongoDatabase to, int keys, int changes) {
        double[] sizes = {changes / 4.0, changes / 2.0, changes, changes * 2.0};
        double[] seconds = new double[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            seconds[i] = run(from, to, keys, (int) sizes[i]).seconds();
            agent.awaitQuiet();
        }
        return new Figure(
                "growth of the time with the number of changes",
                Sample.exponent(sizes, seconds),
                "exponent",
                Target.atMost(1.1));
    }

    private double pump(MongoDatabase from, MongoDatabase to, int keys, int changes) {
        try (RawPump pump = new RawPump(from, to, Documents.COLLECTION, lab.batchSize(), Optional.empty())) {
            pump.start();
            return changes / run(from, to, keys, changes).seconds();
        }
    }

    private static Ledger run(MongoDatabase from, MongoDatabase to, int keys, int changes) {
        Ledger ledger = new Ledger(changes, keys);
        try (Observer observer = new Observer(to, Documents.COLLECTION, ledger)) {
            observer.start();
            Changes.of(keys).atOnce(from, ledger, 1, changes);
            ledger.awaitAll();
            return ledger;
        }
    }

    private static double median(List<Double> values) {
        return Sample.median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
