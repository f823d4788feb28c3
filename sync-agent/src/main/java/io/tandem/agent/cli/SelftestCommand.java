package io.tandem.agent.cli;

import io.tandem.agent.config.AgentConfig;
import io.tandem.agent.config.Settings;
import io.tandem.agent.selftest.Endpoints;
import io.tandem.agent.selftest.EngineFactory;
import io.tandem.agent.selftest.Journal;
import io.tandem.agent.selftest.Selftest;
import io.tandem.agent.service.TrialEngine;
import io.tandem.agent.text.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tandem selftest SUITE}. */
@Command(
        name = "selftest",
        description = {
            "Tests the configured setup: real engines over the configured databases, in collections of their own (_tandem_selftest_*) that are dropped at"
                    + " the end. User data is never touched, and a running agent is not disturbed.",
            "",
            "Suites: basic, integration, listener, origin, conflict, excluded, resume-token, errors, performance, load, multi-device; all runs every one."
        },
        footer = {
            "  tandem selftest integration",
            "  tandem selftest all --embedded",
            "  tandem selftest load --rate 200 --duration 30s"
        })
final class SelftestCommand extends ToolCommand {

    private static final String ALL = "all";
    private static final String EMBEDDED_DATABASE = "selftest";

    private final EngineFactory engines;

    /** What the shell completes. */
    static final class Names extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Names() {
            super(Selftest.names());
            add(ALL);
        }
    }

    @Parameters(
            paramLabel = "SUITE",
            arity = "1..*",
            completionCandidates = Names.class,
            description = "One or several suites, or all.")
    private List<String> suites = List.of();

    @Option(names = "--embedded", description = "Use throw-away embedded servers instead of the configured databases.")
    private boolean embedded;

    @Option(
            names = "--second-uri",
            paramLabel = "URI",
            description =
                    "Server of a second device for multi-device (default: a scratch database on the local server).")
    private @Nullable String secondUri;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "100",
            description = "Changes per second of the load suite (default: ${DEFAULT-VALUE}).")
    private int rate = 100;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "How long the load lasts (default: ${DEFAULT-VALUE}).")
    private String duration = "10s";

    @Option(
            names = "--patience",
            paramLabel = "TIME",
            defaultValue = "20s",
            description = "How long a change may take until a check fails (default: ${DEFAULT-VALUE}).")
    private String patience = "20s";

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Mixin
    private final ConfigOptions config;

    SelftestCommand(Surroundings surroundings, EngineFactory engines) {
        super(surroundings);
        this.config = new ConfigOptions(surroundings);
        this.engines = engines;
    }

    SelftestCommand(Surroundings surroundings) {
        this(surroundings, TrialEngine::create);
    }

    @Override
    int work() {
        List<String> names = chosen();
        Duration loadTime = time("--duration", duration);
        Duration waiting = time("--patience", patience);
        if (rate < 1 || rate > 100_000) {
            throw CommandFailure.wrongUsage("--rate " + rate + " is not allowed: 1 to 100000.");
        }
        if (!embedded) {
            return run(names, configured(), loadTime, waiting);
        }
        try (ThrowawayServers.Running servers = throwaway().start(2)) {
            Endpoints endpoints = new Endpoints(
                    servers.deviceUris().get(0),
                    EMBEDDED_DATABASE,
                    servers.hubUri(),
                    EMBEDDED_DATABASE,
                    Optional.of(servers.deviceUris().get(1)),
                    "last-write-wins",
                    List.of("sessions", "logs"));
            return run(names, endpoints, loadTime, waiting);
        }
    }

    private List<String> chosen() {
        if (suites.contains(ALL)) {
            return Selftest.names();
        }
        for (String suite : suites) {
            if (!Selftest.names().contains(suite)) {
                List<String> similar = io.tandem.agent.text.SimilarNames.to(suite, Selftest.names(), 0.4, 1);
                throw CommandFailure.wrongUsage("There is no selftest '" + suite + "'."
                        + (similar.isEmpty() ? "" : " Did you mean '" + similar.get(0) + "'?") + " There are "
                        + String.join(", ", Selftest.names()) + " and all.");
            }
        }
        return suites;
    }

    private static Duration time(String option, String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw CommandFailure.wrongUsage(option + " " + text + " " + wrong.getMessage() + ".");
        }
    }

    private Endpoints configured() {
        return endpoints(config.load(), Optional.ofNullable(secondUri));
    }

    /** Where the settings say that selftests work. */
    static Endpoints endpoints(AgentConfig settings, Optional<String> secondUri) {
        return new Endpoints(
                settings.get(Settings.MONGODB_URI).text(),
                settings.localDatabase(),
                settings.get(Settings.MONGODB_ATLAS_URI).text(),
                settings.hubDatabase(),
                secondUri,
                settings.get(Settings.CONFLICT_RESOLUTION_STRATEGY),
                List.copyOf(settings.get(Settings.BIDIRECTIONAL_EXCLUDED_COLLECTIONS)));
    }

    private static ThrowawayServers throwaway() {
        return ServiceLoader.load(ThrowawayServers.class)
                .findFirst()
                .orElseThrow(
                        () -> CommandFailure.wrongUsage(
                                "--embedded needs the embedded server, which this build does not contain. Use the complete tandem.jar."));
    }

    private int run(List<String> names, Endpoints endpoints, Duration loadTime, Duration waiting) {
        Printing journal = new Printing();
        try {
            List<String> failed = new Selftest(endpoints, engines, journal, rate, loadTime, waiting).run(names);
            if (json) {
                json(new BsonDocument("passed", BsonBoolean.valueOf(failed.isEmpty()))
                        .append(
                                "failedSuites",
                                new BsonArray(
                                        failed.stream().map(BsonString::new).toList()))
                        .append("checks", journal.checks));
            } else if (names.size() > 1) {
                plain("");
                print(
                        failed.isEmpty()
                                ? "@|green,bold All " + names.size() + " selftests passed|@"
                                : "@|red,bold Failed: " + String.join(", ", failed) + "|@");
            }
            return failed.isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("Interrupted; the selftest's collections were dropped.");
        }
    }

    /** Prints as it goes, or collects for JSON. */
    private final class Printing implements Journal {

        private final BsonArray checks = new BsonArray();
        private String current = "";

        @Override
        public void suite(String name, String purpose) {
            current = name;
            if (!json && (suites.contains(ALL) || suites.size() > 1)) {
                plain("");
                print("@|bold " + name + "|@: " + purpose);
            }
        }

        @Override
        public void passed(String line) {
            show(line, "", true);
        }

        @Override
        public void failed(String line, String reason) {
            show(line, reason, false);
        }

        private void show(String line, String reason, boolean passed) {
            if (json) {
                checks.add(new BsonDocument("suite", new BsonString(current))
                        .append("check", new BsonString(line))
                        .append("passed", BsonBoolean.valueOf(passed))
                        .append("reason", new BsonString(reason)));
            } else if (passed) {
                print("@|green ✓|@ " + line);
            } else {
                print("@|red ✗|@ " + line);
                plain("  Reason: " + reason);
            }
            out().flush();
        }

        @Override
        public void note(String line) {
            if (!json) {
                plain("  " + line);
                out().flush();
            }
        }
    }
}
