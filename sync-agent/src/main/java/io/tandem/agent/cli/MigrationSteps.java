package io.tandem.agent.cli;

import io.tandem.agent.backup.Backup;
import io.tandem.agent.backup.BackupException;
import io.tandem.agent.backup.Manifest;
import io.tandem.agent.config.AgentConfig;
import io.tandem.agent.config.Settings;
import io.tandem.agent.doctor.Doctor;
import io.tandem.agent.doctor.Finding;
import io.tandem.agent.migrate.EnvEditor;
import io.tandem.agent.migrate.MigrationState;
import io.tandem.agent.migrate.Phase;
import io.tandem.agent.selftest.Journal;
import io.tandem.agent.selftest.Selftest;
import io.tandem.agent.service.TrialEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Does the phases of a migration and checks their success criteria. One thread. Every phase may be repeated. */
final class MigrationSteps {

    static final String ENABLED = "BIDIRECTIONAL_SYNC_ENABLED";
    static final String EXCLUDED = "BIDIRECTIONAL_EXCLUDED_COLLECTIONS";

    /** The suites that show that changes travel, and do not travel in circles. */
    private static final List<String> SELFTESTS = List.of("basic", "integration", "origin");

    private static final Duration SELFTEST_PATIENCE = Duration.ofSeconds(60);

    private final AgentConfig settings;
    private final MigratingAgent agent;
    private final Path envFile;
    private final MigrationState state;
    private final Choices choices;
    private final Surroundings surroundings;
    private final Consumer<String> met;
    private final ProgressBar progress;

    /**
     * What the operator chose.
     *
     * @param critical collections that are enabled last
     * @param backups where backups go
     * @param watching how long the watch phase lasts
     */
    record Choices(List<String> critical, Path backups, Duration watching) {}

    MigrationSteps(
            AgentConfig settings,
            AgentClient client,
            Path envFile,
            MigrationState state,
            Choices choices,
            Surroundings surroundings,
            Consumer<String> met,
            ProgressBar progress) {
        this.settings = settings;
        this.agent = new MigratingAgent(client, met);
        this.envFile = envFile;
        this.state = state;
        this.choices = choices;
        this.surroundings = surroundings;
        this.met = met;
        this.progress = progress;
    }

    void run(Phase phase) throws IOException {
        try {
            switch (phase) {
                case PREFLIGHT -> preflight();
                case BACKUP -> backup();
                case DISABLED -> agent.runsDisabled();
                case SOME -> some();
                case WATCH -> agent.watch(choices.watching(), progress);
                case ALL -> all();
            }
        } catch (CommandFailure failed) {
            throw new MigratingAgent.NotMet(String.valueOf(failed.getMessage()));
        } catch (BackupException failed) {
            throw new MigratingAgent.NotMet(String.valueOf(failed.getMessage()));
        }
    }

    private void preflight() {
        met.accept("Settings are valid: " + MigrateCommand.addresses(settings));
        MigratingAgent.require(
                !settings.get(Settings.BIDIRECTIONAL_SYNC_ENABLED),
                ENABLED + " is true (from " + settings.sourceOf(Settings.BIDIRECTIONAL_SYNC_ENABLED)
                        + "). A migration starts with it false.");
        met.accept("Bidirectional sync is disabled in the settings");
        try (Databases.Open local = Databases.local(settings);
                Databases.Open hub = Databases.hub(settings)) {
            List<Finding> findings = new Doctor(
                            new Doctor.Server(local.client(), local.database()),
                            new Doctor.Server(hub.client(), hub.database()),
                            surroundings.clock())
                    .examine(true);
            List<String> errors = new ArrayList<>();
            for (Finding finding : findings) {
                if (finding.level() == Finding.Level.ERROR) {
                    errors.add(
                            finding.side() + " " + finding.check() + ": " + finding.text() + " -> " + finding.remedy());
                }
            }
            MigratingAgent.require(errors.isEmpty(), "The doctor found errors: " + String.join("; ", errors));
            long warnings = findings.stream()
                    .filter(finding -> finding.level() == Finding.Level.WARNING)
                    .count();
            met.accept("Both databases are fit (" + warnings + " warnings; 'tandem doctor' shows them)");
        }
        selftests();
    }

    private void selftests() {
        List<String> failures = new ArrayList<>();
        Journal journal = new Journal() {
            @Override
            public void failed(String line, String reason) {
                failures.add(line + ": " + reason);
            }
        };
        try {
            new Selftest(
                            SelftestCommand.endpoints(settings, Optional.empty()),
                            TrialEngine::create,
                            journal,
                            1,
                            Duration.ofSeconds(1),
                            SELFTEST_PATIENCE)
                    .run(SELFTESTS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new MigratingAgent.NotMet("Interrupted; the selftest's collections were dropped.");
        }
        MigratingAgent.require(
                failures.isEmpty(),
                "A selftest failed: " + String.join("; ", failures) + ". 'tandem selftest all' shows everything.");
        met.accept(
                "Changes travel in both directions and not in circles (selftest " + String.join(", ", SELFTESTS) + ")");
    }

    /** What the environment of this command sets, the agent's may set as well. */
    private void tellOverridden() {
        for (String name : List.of(ENABLED, EXCLUDED)) {
            if (surroundings.environment().containsKey(name)) {
                met.accept("Mind: the environment sets " + name + " too and wins over the file at the next start");
            }
        }
    }

    private void backup() throws IOException {
        String stamp = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
                .withZone(ZoneOffset.UTC)
                .format(surroundings.clock().instant());
        try (Databases.Open local = Databases.local(settings)) {
            state.text("localBackup", backup(local, choices.backups().resolve("pre-bidirectional-" + stamp)));
        }
        try (Databases.Open hub = Databases.hub(settings)) {
            if (hub.database().listCollectionNames().first() == null) {
                met.accept("Atlas holds no collections yet: nothing to back up there");
                return;
            }
            state.text("atlasBackup", backup(hub, choices.backups().resolve("atlas-pre-bidirectional-" + stamp)));
        }
    }

    private String backup(Databases.Open source, Path directory) throws IOException {
        Backup.Request request =
                new Backup.Request(directory, true, 4, source.label(), "tandem " + TandemVersion.current());
        Manifest manifest = new Backup(source.database(), request, progress, surroundings.clock()).run();
        Manifest checked = Backup.verify(directory, progress);
        MigratingAgent.require(
                checked.documents() == manifest.documents(),
                "The backup in " + directory + " is not what was written.");
        met.accept("Backup of " + source.label() + ": " + manifest.documents() + " documents in " + directory
                + ", checksums verified");
        return directory.toString();
    }

    private void some() throws IOException {
        String before = state.text("excludedBefore").orElseGet(this::excludedNow);
        state.text("excludedBefore", before);
        state.texts("critical", choices.critical());
        for (String collection : choices.critical()) {
            agent.mode(collection, "push-only");
        }
        Set<String> excluded = new LinkedHashSet<>(List.of(before.split(",", -1)));
        excluded.addAll(choices.critical());
        EnvEditor.set(envFile, EXCLUDED, String.join(",", excluded));
        EnvEditor.set(envFile, ENABLED, "true");
        met.accept("Settings changed in " + envFile + ": " + ENABLED + "=true, critical collections excluded");
        tellOverridden();
        agent.enable();
    }

    private void all() throws IOException {
        EnvEditor.set(envFile, EXCLUDED, state.text("excludedBefore").orElseGet(this::excludedNow));
        for (String collection : state.texts("critical")) {
            agent.mode(collection, "both");
        }
        met.accept("Critical collections enabled; exclusions in " + envFile + " are as before the migration");
        List<String> stillExcluded = new ArrayList<>(agent.excluded());
        stillExcluded.retainAll(state.texts("critical"));
        MigratingAgent.require(
                stillExcluded.isEmpty(),
                "The running agent was started with " + String.join(", ", stillExcluded)
                        + " excluded. Restart it (the settings are changed already), then run 'tandem migrate' again.");
        agent.enable();
        agent.drains();
        agent.isEqual();
    }

    private String excludedNow() {
        return String.join(",", excluded(settings));
    }

    /** The configured exclusions, in the order in which the operator wrote them. */
    static List<String> excluded(AgentConfig settings) {
        List<String> names = new ArrayList<>();
        for (AgentConfig.Shown entry : settings.shown()) {
            if (entry.setting().equals(Settings.BIDIRECTIONAL_EXCLUDED_COLLECTIONS)) {
                for (String name : entry.text().split(",", -1)) {
                    if (!name.isBlank()) {
                        names.add(name.strip());
                    }
                }
            }
        }
        return names;
    }
}
