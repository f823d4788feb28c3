package io.tandem.benchmarks.scenario;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.ReplaceOneModel;
import io.tandem.benchmarks.baseline.RawScan;
import io.tandem.benchmarks.lab.Agent;
import io.tandem.benchmarks.lab.EngineThreads;
import io.tandem.benchmarks.lab.Lab;
import io.tandem.benchmarks.lab.Waiting;
import io.tandem.benchmarks.load.Documents;
import io.tandem.benchmarks.report.Figure;
import io.tandem.benchmarks.report.Target;
import io.tandem.engine.status.Verification;
import io.tandem.engine.status.VerifyRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/** Comparing two sides that are equal, nearly equal, or half different, against reading both. */
final class Resync {
    private static final String DATABASE = "resync";

    private final Lab lab;
    private final MongoDatabase local;
    private final MongoDatabase hub;
    private int change;

    Resync(Lab lab) {
        this.lab = lab;
        this.local = lab.freshLocal(DATABASE);
        this.hub = lab.freshHub(DATABASE);
    }

    List<Figure> measure() {
        int documents = lab.scale().documents();
        lab.say("first sync of " + documents + " documents");
        Documents.KILOBYTE.fill(local, 0, documents);
        List<Figure> figures = new ArrayList<>();
        try (Agent agent = lab.agent(DATABASE, DATABASE)) {
            figures.addAll(equal(lab, agent.start(), local, hub, documents));
            figures.add(readingBaseStates(documents));
            figures.addAll(verify(agent, documents));
        }
        figures.addAll(different(documents, 1));
        figures.addAll(different(documents, 50));
        return figures;
    }

    /** Waits until an engine has everything on both sides, then lets it compare them. */
    static List<Figure> equal(Lab lab, Agent agent, MongoDatabase local, MongoDatabase hub, int documents) {
        Waiting.until("the hub has all documents", () -> count(hub) >= documents);
        agent.awaitQuiet();
        Cost cost = new Cost();
        for (int round = 0; round <= lab.scale().rounds(); round++) {
            lab.say("without differences, round " + round + " of " + lab.scale().rounds());
            double scan = scanSeconds(lab, local, hub);
            long resyncs = agent.engine().status().resyncs();
            EngineThreads before = EngineThreads.now();
            long began = System.nanoTime();
            agent.engine().resync(Optional.empty());
            Waiting.until("the resync is over", () -> agent.engine().status().resyncs() > resyncs);
            double seconds = (System.nanoTime() - began) / 1e9;
            if (round > 0) {
                cost.baseline(documents / scan);
                cost.engine(documents / seconds);
                cost.used(EngineThreads.now().since(before), documents);
            }
        }
        List<Figure> figures =
                new ArrayList<>(cost.rates("raw scan of both sides", "resync without differences", "docs/s"));
        figures.add(new Figure("resync without differences to raw scan", cost.ratio(), "ratio", Target.atLeast(0.8)));
        figures.addAll(cost.use("documents"));
        return figures;
    }

    /** What whoever compares with base states has to read. */
    private Figure readingBaseStates(int documents) {
        Cost cost = new Cost();
        for (int round = 1; round <= lab.scale().rounds(); round++) {
            cost.baseline(documents / scanSeconds());
            long began = System.nanoTime();
            new RawScan(lab.batchSize()).scanWithStates(local, hub, Documents.COLLECTION);
            cost.engine(documents / ((System.nanoTime() - began) / 1e9));
        }
        return Figure.of("raw scan of both sides and of base states to raw scan", cost.ratio(), "ratio");
    }

    private List<Figure> verify(Agent agent, int documents) {
        Cost cost = new Cost();
        for (int round = 1; round <= lab.scale().rounds(); round++) {
            lab.say("verify, round " + round + " of " + lab.scale().rounds());
            cost.baseline(documents / scanSeconds());
            long began = System.nanoTime();
            Verification verification = agent.engine().verify(VerifyRequest.everything());
            cost.engine(documents / ((System.nanoTime() - began) / 1e9));
            long equal = verification.collections().stream()
                    .mapToLong(one -> one.equal())
                    .sum();
            if (equal != documents) {
                throw new IllegalStateException("only " + equal + " of " + documents + " documents are equal");
            }
        }
        return List.of(new Figure("verify to raw scan", cost.ratio(), "ratio", Target.NONE));
    }

    /** Changes documents behind the engine's back, takes its positions away, and starts it. */
    private List<Figure> different(int documents, int percent) {
        Cost cost = new Cost();
        for (int round = 1; round <= lab.scale().rounds(); round++) {
            lab.say(percent + " % differing, round " + round + " of "
                    + lab.scale().rounds());
            change(documents, percent);
            for (String position : List.of("local-resume-token", "atlas-resume-token")) {
                local.getCollection("_sync_metadata", BsonDocument.class)
                        .deleteOne(new BsonDocument("_id", new BsonString(position)));
            }
            cost.baseline(documents / scanSeconds());
            try (Agent agent = lab.agent(DATABASE, DATABASE)) {
                long began = System.nanoTime();
                agent.start();
                Waiting.until(
                        "the resync is over", () -> agent.engine().status().resyncs() > 0);
                cost.engine(documents / ((System.nanoTime() - began) / 1e9));
                agent.awaitQuiet();
            }
        }
        return List.of(
                Figure.of("resync with " + percent + " % differing", cost.medianEngineRate(), "docs/s"),
                Figure.of("resync with " + percent + " % differing to raw scan", cost.ratio(), "ratio"));
    }

    private void change(int documents, int percent) {
        change++;
        MongoCollection<BsonDocument> items = local.getCollection(Documents.COLLECTION, BsonDocument.class);
        List<ReplaceOneModel<BsonDocument>> batch = new ArrayList<>();
        for (int id = 0; id < documents; id += 100 / percent) {
            batch.add(new ReplaceOneModel<>(
                    new BsonDocument("_id", new BsonInt32(id)), Documents.KILOBYTE.document(id, change)));
            if (batch.size() == 500) {
                items.bulkWrite(batch);
                batch.clear();
            }
        }
        if (!batch.isEmpty()) {
            items.bulkWrite(batch);
        }
    }

    private double scanSeconds() {
        return scanSeconds(lab, local, hub);
    }

    private static double scanSeconds(Lab lab, MongoDatabase local, MongoDatabase hub) {
        long began = System.nanoTime();
        new RawScan(lab.batchSize()).scan(local, hub, Documents.COLLECTION);
        return (System.nanoTime() - began) / 1e9;
    }

    private static long count(MongoDatabase database) {
        return database.getCollection(Documents.COLLECTION).estimatedDocumentCount();
    }
}
