package io.tandem.benchmarks.scenario;

import com.mongodb.client.MongoDatabase;
import io.tandem.benchmarks.baseline.RawPump;
import io.tandem.benchmarks.lab.Agent;
import io.tandem.benchmarks.lab.Lab;
import io.tandem.benchmarks.load.Changes;
import io.tandem.benchmarks.load.Documents;
import io.tandem.benchmarks.load.Ledger;
import io.tandem.benchmarks.load.Observer;
import io.tandem.benchmarks.report.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;

/** Changes that wait for the engine: a burst after silence, and what was done while the device was away. */
final class Backlog {
    private static final String PUMPED = "pumped";
    private static final String SYNCED = "synced";

    private final Lab lab;
    private final MongoDatabase pumpedFrom;
    private final MongoDatabase pumpedTo;
    private final MongoDatabase from;
    private final MongoDatabase to;

    Backlog(Lab lab) {
        this.lab = lab;
        this.pumpedFrom = lab.freshLocal(PUMPED);
        this.pumpedTo = lab.freshHub(PUMPED);
        this.from = lab.freshLocal(SYNCED);
        this.to = lab.freshHub(SYNCED);
    }

    /** New documents, all at once, as an import makes them. */
    List<Figure> burst() {
        int documents = lab.scale().burst();
        Cost cost = new Cost();
        double seconds = 0;
        try (Agent agent = lab.agent(SYNCED, SYNCED)) {
            agent.start();
            agent.awaitQuiet();
            for (int round = 0; round <= lab.scale().rounds(); round++) {
                lab.say("round " + round + " of " + lab.scale().rounds());
                double pump;
                try (RawPump running =
                        new RawPump(pumpedFrom, pumpedTo, Documents.COLLECTION, lab.batchSize(), Optional.empty())) {
                    running.start();
                    pump = insert(pumpedFrom, pumpedTo, round, documents);
                }
                double engine = insert(from, to, round, documents);
                agent.awaitQuiet();
                if (round > 0) {
                    cost.baseline(documents / pump);
                    cost.engine(documents / engine);
                    seconds = documents / cost.medianEngineRate();
                }
            }
        }
        List<Figure> figures = new ArrayList<>(cost.rates(
                "raw pump, burst of " + documents + " new documents", "burst through the engine", "changes/s"));
        figures.add(Figure.of("burst to raw pump", cost.ratio(), "ratio"));
        figures.add(Figure.of("time until the hub has the whole burst", seconds, "s"));
        return figures;
    }

    /** Seconds from the first insert until the hub has all. */
    private static double insert(MongoDatabase source, MongoDatabase target, int round, int documents) {
        long began = System.nanoTime();
        Documents.KILOBYTE.fill(source, round * documents, documents);
        io.tandem.benchmarks.lab.Waiting.until(
                "the hub has the burst",
                () -> target.getCollection(Documents.COLLECTION).estimatedDocumentCount() >= (round + 1L) * documents);
        return (System.nanoTime() - began) / 1e9;
    }

    /** The device wrote while its agent was not running; measured from the agent's start. */
    List<Figure> catchUp() {
        int changes = lab.scale().offline();
        for (MongoDatabase each : List.of(pumpedFrom, pumpedTo, from)) {
            Documents.KILOBYTE.fill(each, 0, changes);
        }
        lab.agent(SYNCED, SYNCED).start().awaitQuiet().close();
        Cost cost = new Cost();
        for (int round = 0; round <= lab.scale().rounds(); round++) {
            lab.say("round " + round + " of " + lab.scale().rounds());
            double pump = pumpAfter(changes);
            double engine = startAfter(changes);
            if (round > 0) {
                cost.baseline(changes / pump);
                cost.engine(changes / engine);
            }
        }
        List<Figure> figures = new ArrayList<>(cost.rates(
                "raw pump, " + changes + " changes made while it was away",
                "catch-up from the start of the engine",
                "changes/s"));
        figures.add(Figure.of("catch-up to raw pump", cost.ratio(), "ratio"));
        figures.add(Figure.of("time to catch up", changes / cost.medianEngineRate(), "s"));
        return figures;
    }

    private double pumpAfter(int changes) {
        BsonDocument position = RawPump.position(pumpedFrom, Documents.COLLECTION);
        Ledger ledger = new Ledger(changes, changes);
        Changes.of(changes).atOnce(pumpedFrom, ledger, 1, changes);
        try (Observer observer = new Observer(pumpedTo, Documents.COLLECTION, ledger)) {
            observer.start();
            long began = System.nanoTime();
            try (RawPump pump =
                    new RawPump(pumpedFrom, pumpedTo, Documents.COLLECTION, lab.batchSize(), Optional.of(position))) {
                pump.start();
                ledger.awaitAll();
                return (System.nanoTime() - began) / 1e9;
            }
        }
    }

    private double startAfter(int changes) {
        Ledger ledger = new Ledger(changes, changes);
        Changes.of(changes).atOnce(from, ledger, 1, changes);
        try (Observer observer = new Observer(to, Documents.COLLECTION, ledger);
                Agent agent = lab.agent(SYNCED, SYNCED)) {
            observer.start();
            long began = System.nanoTime();
            agent.start();
            ledger.awaitAll();
            double seconds = (System.nanoTime() - began) / 1e9;
            agent.awaitQuiet();
            return seconds;
        }
    }
}
