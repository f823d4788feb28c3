package io.tandem.benchmarks.scenario;

import com.mongodb.client.MongoDatabase;
import io.tandem.benchmarks.lab.Agent;
import io.tandem.benchmarks.lab.CommandCounter;
import io.tandem.benchmarks.lab.EngineThreads;
import io.tandem.benchmarks.lab.Lab;
import io.tandem.benchmarks.lab.Route;
import io.tandem.benchmarks.lab.Waiting;
import io.tandem.benchmarks.load.Changes;
import io.tandem.benchmarks.load.Documents;
import io.tandem.benchmarks.load.Ledger;
import io.tandem.benchmarks.load.Observer;
import io.tandem.benchmarks.report.Figure;
import io.tandem.benchmarks.report.Sample;
import io.tandem.benchmarks.report.Target;
import io.tandem.engine.model.Side;
import java.util.ArrayList;
import java.util.List;

/** What an agent costs while nothing happens, and how long one that starts takes to the first change on the hub. */
final class Idle {
    private static final String DATABASE = "idle";
    private static final int DOCUMENTS = 1000;

    private final Lab lab;

    Idle(Lab lab) {
        this.lab = lab;
    }

    List<Figure> measure() {
        MongoDatabase local = lab.freshLocal(DATABASE);
        MongoDatabase hub = lab.freshHub(DATABASE);
        Documents.KILOBYTE.fill(local, 0, DOCUMENTS);
        lab.agent(DATABASE, DATABASE).start().awaitQuiet().close();
        List<Double> starts = new ArrayList<>();
        for (int round = 0; round < lab.scale().rounds(); round++) {
            starts.add(start(local, hub));
        }
        List<Figure> figures = new ArrayList<>();
        figures.add(new Figure(
                "start to first synced change",
                Sample.median(starts.stream().mapToDouble(Double::doubleValue).toArray()),
                "s",
                Target.atMost(3)));
        figures.addAll(rest());
        return figures;
    }

    /** Seconds from the start of an engine until the hub has a change that was waiting. */
    private double start(MongoDatabase local, MongoDatabase hub) {
        Ledger ledger = new Ledger(1, DOCUMENTS);
        Changes.of(DOCUMENTS).atOnce(local, ledger, 1, 1);
        try (Observer observer = new Observer(hub, Documents.COLLECTION, ledger)) {
            observer.start();
            long began = System.nanoTime();
            try (Agent agent = lab.agent(DATABASE, DATABASE)) {
                agent.start();
                ledger.awaitAll();
                return (System.nanoTime() - began) / 1e9;
            }
        }
    }

    private List<Figure> rest() {
        CommandCounter counter = new CommandCounter();
        try (Agent agent = lab.agent(DATABASE, DATABASE, Route.DIRECT.counted(counter))) {
            agent.start();
            agent.awaitQuiet();
            int seconds = Math.max(20, lab.scale().seconds());
            lab.say("idle for " + seconds + " s");
            long settled = System.nanoTime() + 5_000_000_000L;
            Waiting.until("the start is forgotten", () -> System.nanoTime() - settled > 0);
            counter.reset();
            EngineThreads before = EngineThreads.now();
            long began = System.nanoTime();
            Waiting.until("the time is over", () -> System.nanoTime() - began > seconds * 1_000_000_000L);
            double took = (System.nanoTime() - began) / 1e9;
            double cpu = EngineThreads.now().since(before).cpuNanos() / 1e9;
            return List.of(
                    new Figure("idle cost, share of a core", 100 * cpu / took, "%", Target.atMost(1)),
                    new Figure(
                            "idle requests to the hub",
                            counter.commands(Side.HUB) / took,
                            "requests/s",
                            Target.atMost(1)),
                    Figure.of("idle requests to the device", counter.commands(Side.LOCAL) / took, "requests/s"));
        }
    }
}
