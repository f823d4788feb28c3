package io.tandem.benchmarks.scenario;

import com.mongodb.client.MongoDatabase;
import io.tandem.benchmarks.lab.Agent;
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

/** Documents of eight megabytes, and how time grows with the size of documents. */
final class Large {
    private static final int MEGABYTE = 1024 * 1024;
    private static final String SOURCE = "large";

    private final Lab lab;

    Large(Lab lab) {
        this.lab = lab;
    }

    List<Figure> measure() {
        int documents = lab.scale().largeDocuments();
        Cost cost = new Cost();
        Documents large = new Documents(8 * MEGABYTE);
        large.fill(lab.freshLocal(SOURCE), 0, documents);
        for (int round = 0; round <= lab.scale().rounds(); round++) {
            lab.say("first sync, round " + round + " of " + lab.scale().rounds());
            round(documents, round == 0 ? new Cost() : cost);
        }
        List<Figure> figures = new ArrayList<>(
                cost.rates("raw copy of " + documents + " x 8 MB", "first sync of " + documents + " x 8 MB", "docs/s"));
        figures.add(new Figure("first sync of 8 MB documents to raw copy", cost.ratio(), "ratio", Target.NONE));
        figures.addAll(live(large, documents));
        figures.add(growth());
        return figures;
    }

    private void round(int documents, Cost cost) {
        MongoDatabase source = lab.local(SOURCE);
        cost.baseline(documents / FirstSync.copySeconds(lab, source, List.of(Documents.COLLECTION)));
        cost.engine(documents / FirstSync.syncSeconds(lab, SOURCE, documents, List.of(Documents.COLLECTION), cost));
    }

    private List<Figure> live(Documents large, int documents) {
        lab.say("changes of large documents");
        lab.forgetDevice(SOURCE);
        MongoDatabase hub = lab.freshHub(SOURCE);
        try (Agent agent = lab.agent(SOURCE, SOURCE)) {
            agent.start();
            agent.awaitQuiet();
            Ledger ledger = new Ledger(documents, documents);
            try (Observer observer = new Observer(hub, Documents.COLLECTION, ledger)) {
                observer.start();
                new Changes(large, Documents.COLLECTION, documents)
                        .steadily(lab.local(SOURCE), ledger, 1, documents, 2);
                ledger.awaitAll();
            }
            return List.of(
                    Figure.of("commit to hub of an 8 MB document, median", Sample.median(ledger.latencies()), "ms"));
        }
    }

    /** The same number of bytes in documents of different sizes. */
    private Figure growth() {
        double[] sizes = {1024, 16 * 1024, 256 * 1024, MEGABYTE};
        double[] seconds = new double[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            int documents = (int) (8 * MEGABYTE / sizes[i]);
            lab.say(documents + " documents of " + (int) sizes[i] + " bytes");
            new Documents((int) sizes[i]).fill(lab.freshLocal(SOURCE), 0, documents);
            round(documents, new Cost());
            Cost cost = new Cost();
            round(documents, cost);
            seconds[i] = 1 / cost.medianEngineRate();
        }
        return new Figure(
                "growth of the time per document with its size",
                Sample.exponent(sizes, seconds),
                "exponent",
                Target.atMost(1.1));
    }
}
