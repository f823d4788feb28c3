package io.tandem.benchmarks.scenario;

import io.tandem.benchmarks.lab.Lab;
import io.tandem.benchmarks.lab.Route;
import io.tandem.benchmarks.load.Changes;
import io.tandem.benchmarks.load.Documents;
import io.tandem.benchmarks.load.Ledger;
import io.tandem.benchmarks.load.Observer;
import io.tandem.benchmarks.report.Figure;
import io.tandem.benchmarks.report.Target;
import java.util.ArrayList;
import java.util.List;

/** From just before a commit on device A until device B has it, over the hub, at several rates. */
final class Latency {
    private static final int KEYS = 1000;
    private static final int SLOW = 10;
    private static final int USUAL = 500;

    private final Lab lab;

    Latency(Lab lab) {
        this.lab = lab;
    }

    List<Figure> measure() {
        return measure(Route.DIRECT, Target.NONE, Target.atMost(50));
    }

    List<Figure> measureWithDelay() {
        Target threeTripsAndABit = Target.atMost(3.0 * FarHub.ROUND_TRIP.toMillis() + 50);
        return FarHub.measure(lab, route -> measure(route, threeTripsAndABit, threeTripsAndABit));
    }

    private List<Figure> measure(Route route, Target slow, Target usual) {
        List<Figure> figures = new ArrayList<>();
        try (Fleet fleet = new Fleet(lab, 2, KEYS, route)) {
            int seconds = lab.scale().seconds();
            // What the compiler does in a service's first minute is not what its users live with.
            lab.say("warming up");
            atOnce(fleet, lab.scale().changes());
            steadily(fleet, USUAL * seconds, USUAL);
            figures.addAll(figures("at " + SLOW + " changes/s", steadily(fleet, SLOW * seconds, SLOW), slow));
            figures.addAll(figures("at " + USUAL + " changes/s", steadily(fleet, USUAL * seconds, USUAL), usual));
            Ledger most = atOnce(fleet, lab.scale().changes());
            figures.addAll(figures("at full speed", most, Target.NONE));
            figures.add(Figure.of(
                    "changes from device to device at full speed",
                    lab.scale().changes() / most.seconds(),
                    "changes/s"));
        }
        return figures;
    }

    private static List<Figure> figures(String at, Ledger ledger, Target target) {
        Ledger.Latency latency = ledger.latency().orElseThrow();
        return List.of(
                Figure.of("commit on A to visible on B " + at + ", median", latency.median(), "ms"),
                new Figure("  p99", latency.p99(), "ms", target),
                Figure.of("  max", latency.max(), "ms"));
    }

    private Ledger steadily(Fleet fleet, int changes, int perSecond) {
        lab.say(perSecond + " changes/s");
        Ledger ledger = new Ledger(changes, KEYS);
        try (Observer observer = new Observer(fleet.database(1), Documents.COLLECTION, ledger)) {
            observer.start();
            Changes.of(KEYS).steadily(fleet.database(0), ledger, 1, changes, perSecond);
            ledger.awaitAll();
        }
        fleet.awaitQuiet();
        return ledger;
    }

    private Ledger atOnce(Fleet fleet, int changes) {
        lab.say("full speed");
        Ledger ledger = new Ledger(changes, KEYS);
        try (Observer observer = new Observer(fleet.database(1), Documents.COLLECTION, ledger)) {
            observer.start();
            Changes.of(KEYS).atOnce(fleet.database(0), ledger, 1, changes);
            ledger.awaitAll();
        }
        fleet.awaitQuiet();
        return ledger;
    }
}
