package io.tandem.benchmarks.scenario;

import com.mongodb.client.MongoDatabase;
import io.tandem.benchmarks.lab.Lab;
import io.tandem.benchmarks.load.DataFiles;
import io.tandem.benchmarks.report.Figure;
import io.tandem.benchmarks.report.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** First sync of documents as people have them: the files of a directory, each a collection. */
final class FirstSyncOfData {
    private static final String SOURCE = "data";

    private final Lab lab;

    FirstSyncOfData(Lab lab) {
        this.lab = lab;
    }

    List<Figure> measure() {
        Path directory = lab.data()
                .orElseThrow(() ->
                        new IllegalArgumentException("it needs --data DIR with *.json files, one document per line"));
        MongoDatabase source = lab.freshLocal(SOURCE);
        DataFiles files = DataFiles.in(directory);
        int documents = files.importInto(source);
        List<String> collections = files.collections();
        Cost ignored = new Cost();
        round(source, documents, collections, ignored);
        Cost cost = new Cost();
        for (int round = 1; round <= lab.scale().rounds(); round++) {
            lab.say("round " + round + " of " + lab.scale().rounds());
            round(source, documents, collections, cost);
        }
        List<Figure> figures = new ArrayList<>(cost.rates(
                "raw copy of " + documents + " documents of " + collections.size() + " files",
                "first sync of the same",
                "docs/s"));
        figures.add(new Figure("first sync to raw copy", cost.ratio(), "ratio", Target.atLeast(0.7)));
        figures.addAll(cost.use("documents"));
        return figures;
    }

    private void round(MongoDatabase source, int documents, List<String> collections, Cost cost) {
        cost.baseline(documents / FirstSync.copySeconds(lab, source, collections));
        cost.engine(documents / FirstSync.syncSeconds(lab, SOURCE, documents, collections, cost));
    }
}
