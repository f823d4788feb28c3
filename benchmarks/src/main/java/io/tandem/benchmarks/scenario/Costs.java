package io.tandem.benchmarks.scenario;

import com.mongodb.client.MongoDatabase;
import io.tandem.benchmarks.lab.Agent;
import io.tandem.benchmarks.lab.CommandCounter;
import io.tandem.benchmarks.lab.Lab;
import io.tandem.benchmarks.lab.Route;
import io.tandem.benchmarks.lab.WireMeter;
import io.tandem.benchmarks.load.Changes;
import io.tandem.benchmarks.load.Documents;
import io.tandem.benchmarks.load.Ledger;
import io.tandem.benchmarks.load.Observer;
import io.tandem.benchmarks.report.Figure;
import io.tandem.benchmarks.report.Target;
import io.tandem.embedded.fault.FaultProxy;
import io.tandem.engine.model.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Counts that do not depend on the machine: queries per change on each side, round trips to the hub, bytes on the wire to it. */
final class Costs {
    private static final String DATABASE = "costs";
    private static final int DOCUMENTS = 5_000;

    private final Lab lab;
    private final Optional<String> hubAddress;

    Costs(Lab lab) {
        this.lab = lab;
        this.hubAddress = Route.proxyable(lab.order().hubUri());
    }

    List<Figure> measure() {
        List<Figure> figures = new ArrayList<>(queriesAndBytes());
        if (hubAddress.isPresent()) {
            figures.addAll(roundTrips(hubAddress.get()));
        } else {
            lab.say("NOT MEASURED: round trips and bytes, for no proxy can stand in front of this hub");
        }
        return figures;
    }

    private List<Figure> queriesAndBytes() {
        Optional<WireMeter> meter = hubAddress.map(WireMeter::new);
        CommandCounter counter = new CommandCounter();
        Route route = meter.map(m -> Route.DIRECT.past(m.address()))
                .orElse(Route.DIRECT)
                .counted(counter);
        Supplier<Long> bytes = () -> meter.map(WireMeter::bytes).orElse(0L);
        MongoDatabase local = lab.freshLocal(DATABASE);
        MongoDatabase hub = lab.freshHub(DATABASE);
        Documents.KILOBYTE.fill(local, 0, DOCUMENTS);
        List<Figure> figures = new ArrayList<>();
        try (Agent agent = lab.agent(DATABASE, DATABASE, route)) {
            agent.start();
            agent.awaitQuiet();
            figures.addAll(perChange("first sync", counter, DOCUMENTS, bytes.get()));
            counter.reset();
            long before = bytes.get();
            carry(local, hub, DOCUMENTS);
            agent.awaitQuiet();
            figures.addAll(perChange("live, device to hub", counter, DOCUMENTS, bytes.get() - before));
            counter.reset();
            long beforeDown = bytes.get();
            carry(hub, local, DOCUMENTS);
            agent.awaitQuiet();
            figures.addAll(
                    perChange("live, hub to device, edited by hand", counter, DOCUMENTS, bytes.get() - beforeDown));
        } finally {
            meter.ifPresent(WireMeter::close);
        }
        return figures;
    }

    private static void carry(MongoDatabase from, MongoDatabase to, int changes) {
        Ledger ledger = new Ledger(changes, DOCUMENTS);
        try (Observer observer = new Observer(to, Documents.COLLECTION, ledger)) {
            observer.start();
            Changes.of(DOCUMENTS).atOnce(from, ledger, 1, changes);
            ledger.awaitAll();
        }
    }

    private static List<Figure> perChange(String of, CommandCounter counter, int changes, long bytes) {
        List<Figure> figures = new ArrayList<>();
        figures.add(Figure.of(
                of + ": queries on the device per change", per(counter.queries(Side.LOCAL), changes), "queries"));
        figures.add(
                Figure.of(of + ": queries on the hub per change", per(counter.queries(Side.HUB), changes), "queries"));
        if (bytes > 0) {
            figures.add(Figure.of(of + ": bytes to and from the hub per change", per(bytes, changes), "bytes"));
        }
        return figures;
    }

    private static double per(long count, int changes) {
        return (double) count / changes;
    }

    /** One change at a time over a slow network: what happens at the same time overlaps then for certain. */
    private List<Figure> roundTrips(String server) {
        try (FaultProxy proxy = FarHub.inFrontOf(server)) {
            RoundTrips trips = new RoundTrips(lab, proxy, Duration.ofMillis(20));
            return List.of(
                    new Figure(
                            "hub round trips per batch, changed documents",
                            trips.ofChange(),
                            "trips",
                            Target.atMost(2)),
                    new Figure("hub round trips per batch, new documents", trips.ofInsert(), "trips", Target.atMost(2)),
                    Figure.of("hub round trips per batch, deleted documents", trips.ofDelete(), "trips"));
        }
    }
}
