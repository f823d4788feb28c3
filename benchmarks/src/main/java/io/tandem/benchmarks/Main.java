package io.tandem.benchmarks;

import io.tandem.benchmarks.lab.Order;
import io.tandem.benchmarks.lab.Scale;
import io.tandem.benchmarks.micro.Micro;
import io.tandem.benchmarks.report.Report;
import io.tandem.benchmarks.scenario.Scenario;
import io.tandem.embedded.EmbeddedMongo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code tandem bench}: measures the engine against baselines of the same run. Each scenario runs in a process of its own, with a heap as small
 * as an agent may have; embedded servers stay in this one.
 */
@Command(
        name = "tandem bench",
        mixinStandardHelpOptions = true,
        description = "Measures the engine as ratios to baselines of the same run, in turn on the same servers.",
        footer = {
            "",
            "Examples:",
            "  tandem bench --quick",
            "  tandem bench --scenario first-sync --scenario live --json",
            "  tandem bench --local-uri mongodb://localhost:27101/?replicaSet=a --hub-uri mongodb://localhost:27102/?replicaSet=b",
            "",
            "Without connection strings it uses embedded servers. It works in databases tandem_bench_* and drops them.",
            "A machine that does something else at the same time changes seconds, but hardly the ratios.",
            "Exit codes: 0 everything was measured, whether a target was met or not; 1 a scenario failed; 2 wrong usage."
        })
public final class Main implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--quick", description = "Fewer documents and changes: minutes instead of an hour.")
    private boolean quick;

    @Option(names = "--json", description = "Print JSON and nothing else.")
    private boolean json;

    @Option(names = "--local-uri", paramLabel = "URI", description = "The device's server: a replica set.")
    private Optional<String> localUri = Optional.empty();

    @Option(names = "--hub-uri", paramLabel = "URI", description = "The hub's server: a replica set.")
    private Optional<String> hubUri = Optional.empty();

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            description = "Measure only this one; may be given several times. One of: ${COMPLETION-CANDIDATES}, micro.",
            completionCandidates = Names.class)
    private List<String> scenarios = new ArrayList<>();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Files for first-sync-data: *.json, extended JSON, one document per line.")
    private Optional<Path> data = Optional.empty();

    @Option(names = "--documents", paramLabel = "N", description = "Documents of first-sync and resync.")
    private Optional<Integer> documents = Optional.empty();

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            defaultValue = "100",
            description = "Documents reconciled, copied or pumped together; default ${DEFAULT-VALUE}.")
    private int batchSize;

    @Option(
            names = "--profile",
            paramLabel = "DIR",
            description = "Record each scenario and write a flame graph of the engine's threads there.")
    private Optional<Path> profile = Optional.empty();

    /** The scenarios' names, for the help. */
    static final class Names extends ArrayList<String> {
        Names() {
            super(Arrays.stream(Scenario.values()).map(Scenario::label).toList());
        }
    }

    /** Runs the command and exits with its code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Optional<String> wrong = wrongUsage();
        if (wrong.isPresent()) {
            spec.commandLine().getErr().println(wrong.get());
            return CommandLine.ExitCode.USAGE;
        }
        Report report = new Report(conditions());
        for (String name : chosen()) {
            measure(name, report);
        }
        spec.commandLine().getOut().println(json ? report.json() : report.table());
        spec.commandLine().getOut().flush();
        return report.isComplete() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private Optional<String> wrongUsage() {
        if (localUri.isPresent() != hubUri.isPresent()) {
            return Optional.of("Give both --local-uri and --hub-uri, or neither.");
        }
        for (String name : scenarios) {
            if (!name.equals(Micro.NAME) && Scenario.of(name).isEmpty()) {
                return Optional.of("There is no scenario '" + name + "'. There are: " + String.join(", ", new Names())
                        + ", " + Micro.NAME + ".");
            }
        }
        if (scenarios.contains(Scenario.FIRST_SYNC_DATA.label()) && data.isEmpty()) {
            return Optional.of("The scenario first-sync-data needs --data DIR.");
        }
        if (data.isPresent() && !Files.isDirectory(data.get())) {
            return Optional.of("--data names " + data.get() + ", which is not a directory.");
        }
        if (batchSize < 1 || batchSize > 1000) {
            return Optional.of("--batch-size is " + batchSize + "; allowed is 1 to 1000.");
        }
        if (documents.isPresent() && documents.get() < 1000) {
            return Optional.of("--documents is " + documents.get() + "; it must be 1000 at least.");
        }
        return Optional.empty();
    }

    private List<String> chosen() {
        if (!scenarios.isEmpty()) {
            return scenarios;
        }
        List<String> all = new ArrayList<>(new Names());
        if (data.isEmpty()) {
            all.remove(Scenario.FIRST_SYNC_DATA.label());
        }
        all.add(Micro.NAME);
        return all;
    }

    private void measure(String name, Report report) throws Exception {
        List<EmbeddedMongo> servers = new ArrayList<>();
        try {
            if (name.equals(Micro.NAME)) {
                report.add(name, Micro.measure(quick));
                return;
            }
            Scenario scenario = Scenario.of(name).orElseThrow();
            String local = localUri.orElseGet(() -> embedded(servers));
            String hub = hubUri.orElseGet(() -> embedded(servers));
            Order order = new Order(name, local, hub, data, localUri.isEmpty(), batchSize, scale());
            report.add(name, new MeasuringProcess(order, scenario.heapMegabytes(), profile).run());
        } catch (MeasuringProcess.Failed failed) {
            report.failed(name, String.valueOf(failed.getMessage()));
        } finally {
            servers.forEach(EmbeddedMongo::close);
        }
    }

    private Scale scale() {
        Scale scale = quick ? Scale.QUICK : Scale.FULL;
        return documents.map(scale::withDocuments).orElse(scale);
    }

    private static String embedded(List<EmbeddedMongo> servers) {
        EmbeddedMongo server = EmbeddedMongo.builder()
                .changeLogLimits(1_000_000, 1_000_000_000L)
                .build()
                .start();
        servers.add(server);
        return server.uri();
    }

    private BsonDocument conditions() {
        return new BsonDocument(
                        "servers",
                        new BsonString(localUri.isPresent() ? "real" : "embedded, in a process of their own"))
                .append(
                        "java",
                        new BsonString(System.getProperty("java.vm.name") + " " + System.getProperty("java.version")))
                .append("processors", new BsonInt32(Runtime.getRuntime().availableProcessors()))
                .append("batch size", new BsonInt32(batchSize))
                .append("scale", new BsonString(scale().toString()));
    }
}
