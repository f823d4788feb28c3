package io.tandem.benchmarks.scenario;

import com.mongodb.client.MongoDatabase;
import io.tandem.benchmarks.baseline.BareSync;
import io.tandem.benchmarks.baseline.RawCopy;
import io.tandem.benchmarks.lab.Agent;
import io.tandem.benchmarks.lab.EngineThreads;
import io.tandem.benchmarks.lab.Lab;
import io.tandem.benchmarks.lab.Route;
import io.tandem.benchmarks.lab.Waiting;
import io.tandem.benchmarks.load.Documents;
import io.tandem.benchmarks.report.Figure;
import io.tandem.benchmarks.report.Sample;
import io.tandem.benchmarks.report.Target;
import java.util.ArrayList;
import java.util.List;

/** A device with many documents meets an empty hub; a raw copy does the same, and so do the statements of a first sync without an engine. */
final class FirstSync {
    private static final String COPY = "copy";

    private final Lab lab;

    FirstSync(Lab lab) {
        this.lab = lab;
    }

    List<Figure> measure() {
        int documents = lab.scale().documents();
        lab.say("warming up");
        prepare("warm", Math.max(500, documents / 20));
        Cost ignored = new Cost();
        round("warm", Math.max(500, documents / 20), ignored);

        List<Double> sizes = new ArrayList<>();
        List<Double> seconds = new ArrayList<>();
        for (int part : new int[] {8, 4, 2}) {
            String source = "source" + part;
            prepare(source, documents / part);
            Cost cost = new Cost();
            round(source, documents / part, cost);
            lab.freshLocal(source);
            sizes.add((double) documents / part);
            double compared = sizes.get(sizes.size() - 1);
            seconds.add(compared / cost.medianEngineRate());
        }
        prepare("source", documents);
        Cost cost = new Cost();
        Cost bare = new Cost();
        for (int round = 1; round <= lab.scale().rounds(); round++) {
            lab.say("round " + round + " of " + lab.scale().rounds());
            bare.baseline(documents / bareSeconds("source"));
            round("source", documents, cost);
            bare.engine(cost.lastEngineRate());
        }
        sizes.add((double) documents);
        seconds.add(documents / cost.medianEngineRate());

        List<Figure> figures = new ArrayList<>(
                cost.rates("raw copy of " + documents + " x 1 KB", "first sync of " + documents + " x 1 KB", "docs/s"));
        figures.add(new Figure("first sync to raw copy", cost.ratio(), "ratio", Target.atLeast(0.7)));
        figures.add(Figure.of("its statements without an engine", bare.medianBaselineRate(), "docs/s"));
        figures.add(new Figure("first sync to its statements without an engine", bare.ratio(), "ratio", Target.NONE));
        figures.addAll(cost.use("documents"));
        figures.add(new Figure(
                "growth of the time with the number of documents",
                exponent(sizes, seconds),
                "exponent",
                Target.atMost(1.1)));
        return figures;
    }

    private void prepare(String source, int documents) {
        Documents.KILOBYTE.fill(lab.freshLocal(source), 0, documents);
    }

    private void round(String source, int documents, Cost cost) {
        List<String> collections = List.of(Documents.COLLECTION);
        cost.baseline(documents / copySeconds(lab, lab.local(source), collections));
        cost.engine(documents / syncSeconds(lab, source, documents, collections, cost));
    }

    private double bareSeconds(String source) {
        lab.forgetDevice(source);
        MongoDatabase to = lab.freshHub(COPY);
        long began = System.nanoTime();
        new BareSync(lab.batchSize(), RawCopy.WRITERS).carry(lab.local(source), to, Documents.COLLECTION);
        double seconds = (System.nanoTime() - began) / 1e9;
        to.drop();
        return seconds;
    }

    private static double exponent(List<Double> x, List<Double> y) {
        return Sample.exponent(
                x.stream().mapToDouble(Double::doubleValue).toArray(),
                y.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** Seconds of a raw copy to an empty hub. */
    static double copySeconds(Lab lab, MongoDatabase from, List<String> collections) {
        return copySeconds(lab, from, lab.freshHub(COPY), collections);
    }

    /** Seconds of a raw copy to an empty database, which is dropped. */
    static double copySeconds(Lab lab, MongoDatabase from, MongoDatabase to, List<String> collections) {
        long began = System.nanoTime();
        for (String collection : collections) {
            new RawCopy(lab.batchSize(), RawCopy.WRITERS).copy(from, to, collection);
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        to.drop();
        return seconds;
    }

    /** Seconds of a first sync to an empty hub next to it. */
    static double syncSeconds(Lab lab, String source, int documents, List<String> collections, Cost cost) {
        return syncSeconds(lab, Route.DIRECT, source, documents, collections, cost);
    }

    /** Seconds from the start of an engine until an empty hub has everything and nothing is left to do. */
    static double syncSeconds(Lab lab, Route route, String source, int documents, List<String> collections, Cost cost) {
        lab.forgetDevice(source);
        MongoDatabase hub = lab.freshHub(source);
        try (Agent agent = lab.agent(source, source, route)) {
            EngineThreads before = EngineThreads.now();
            long began = System.nanoTime();
            agent.start();
            Waiting.until("the hub has all documents", () -> count(hub, collections) >= documents);
            agent.awaitQuiet();
            double seconds = (System.nanoTime() - began) / 1e9;
            cost.used(EngineThreads.now().since(before), documents);
            return seconds;
        } finally {
            hub.drop();
        }
    }

    private static long count(MongoDatabase hub, List<String> collections) {
        return collections.stream()
                .mapToLong(collection -> hub.getCollection(collection).estimatedDocumentCount())
                .sum();
    }
}
