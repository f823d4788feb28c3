package io.tandem.benchmarks.scenario;

import com.mongodb.client.MongoDatabase;
import io.tandem.benchmarks.lab.CommandCounter;
import io.tandem.benchmarks.lab.EngineThreads;
import io.tandem.benchmarks.lab.Lab;
import io.tandem.benchmarks.lab.Route;
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

/** One device changes documents, all others of the fleet get them; how that grows with the size of the fleet. */
final class Devices {
    private static final int PER_SECOND = 100;

    private final Lab lab;

    Devices(Lab lab) {
        this.lab = lab;
    }

    List<Figure> measure() {
        int most = lab.scale().devices();
        double[] sizes = {Math.max(2, most / 4), Math.max(3, most / 2), most};
        double[] commands = new double[sizes.length];
        double[] cpu = new double[sizes.length];
        List<Figure> figures = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            Measured measured = measure((int) sizes[i]);
            commands[i] = measured.hubCommands;
            cpu[i] = measured.cpuSeconds;
            figures.addAll(measured.figures);
        }
        figures.add(new Figure(
                "growth of the hub's commands with the number of devices",
                Sample.exponent(sizes, commands),
                "exponent",
                Target.atMost(1.1)));
        figures.add(new Figure(
                "growth of all agents' CPU with the number of devices",
                Sample.exponent(sizes, cpu),
                "exponent",
                Target.atMost(1.1)));
        return figures;
    }

    private record Measured(double hubCommands, double cpuSeconds, List<Figure> figures) {}

    private Measured measure(int devices) {
        int changes = PER_SECOND * lab.scale().seconds();
        int keys = Math.min(1000, changes);
        CommandCounter counter = new CommandCounter();
        lab.say(devices + " devices");
        try (Fleet fleet = new Fleet(lab, devices, keys, Route.DIRECT.counted(counter))) {
            List<Ledger> ledgers = new ArrayList<>();
            List<Observer> observers = new ArrayList<>();
            for (int device = 1; device < devices; device++) {
                Ledger ledger =
                        device == 1 ? new Ledger(changes, keys) : ledgers.get(0).sibling();
                ledgers.add(ledger);
                observers.add(new Observer(fleet.database(device), Documents.COLLECTION, ledger).start());
            }
            counter.reset();
            EngineThreads before = EngineThreads.now();
            write(fleet.database(0), ledgers, changes, keys);
            ledgers.forEach(Ledger::awaitAll);
            fleet.awaitQuiet();
            EngineThreads used = EngineThreads.now().since(before);
            observers.forEach(Observer::close);
            double[] millis = ledgers.stream()
                    .flatMapToDouble(ledger -> java.util.Arrays.stream(ledger.latencies()))
                    .toArray();
            double queries = (double) counter.queries(Side.HUB) / changes;
            double cpu = used.cpuNanos() / 1e9;
            String of = " with " + devices + " devices, " + PER_SECOND + " changes/s";
            return new Measured(
                    counter.commands(Side.HUB),
                    cpu,
                    List.of(
                            Figure.of("commit to the other devices" + of + ", median", Sample.median(millis), "ms"),
                            Figure.of("  p99", Sample.percentile(millis, 0.99), "ms"),
                            Figure.of("  hub queries of all devices per change", queries, "queries"),
                            Figure.of(
                                    "  CPU seconds of all agents per 1,000 deliveries",
                                    cpu * 1000 / changes / (devices - 1),
                                    "s")));
        }
    }

    /** Every ledger learns of each change. */
    private static void write(MongoDatabase database, List<Ledger> ledgers, int changes, int keys) {
        Ledger first = ledgers.get(0);
        Changes.of(keys).steadily(database, first, 1, changes, PER_SECOND);
        ledgers.stream().skip(1).forEach(ledger -> ledger.copyMade(first));
    }
}
