package io.tandem.agent.config;

import io.tandem.agent.text.SimilarNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Rules that take more than one setting, or more than its text. */
final class CrossChecks {
    /** First segments of {@code /api/...} that calls of the agent itself have; no resource can have these names. */
    static final Set<String> TAKEN_RESOURCES =
            Set.of("activity", "alerts", "audit", "config", "events", "health", "history", "session", "status", "sync");

    private final AgentConfig config;
    private final OutsideKnowledge outside;

    /** Each rule with the settings it reads. */
    private final Map<Supplier<Optional<String>>, Set<Setting<?>>> rules = new LinkedHashMap<>();

    CrossChecks(AgentConfig config, OutsideKnowledge outside) {
        this.config = config;
        this.outside = outside;
        rules.put(this::localDatabaseNamed, Set.of(Settings.MONGODB_URI));
        rules.put(this::differentDatabases, Set.of(Settings.MONGODB_URI, Settings.MONGODB_ATLAS_URI));
        rules.put(() -> accepted(Settings.MONGODB_URI), Set.of(Settings.MONGODB_URI));
        rules.put(() -> accepted(Settings.MONGODB_ATLAS_URI), Set.of(Settings.MONGODB_ATLAS_URI));
        rules.put(this::strategyKnown, Set.of(Settings.CONFLICT_RESOLUTION_STRATEGY));
        rules.put(this::overridesKnown, Set.of(Settings.CONFLICT_RESOLUTION_OVERRIDES));
        rules.put(this::resourcesFree, Set.of(Settings.API_RESOURCES));
        rules.put(this::noOpenDoor, Set.of(Settings.HOST, Settings.API_TOKENS));
        rules.put(this::certificateWithKey, Set.of(Settings.TLS_CERT, Settings.TLS_KEY));
        rules.put(() -> readable(Settings.TLS_CERT), Set.of(Settings.TLS_CERT));
        rules.put(() -> readable(Settings.TLS_KEY), Set.of(Settings.TLS_KEY));
        rules.put(this::logDirectory, Set.of(Settings.LOG_DIR));
        rules.put(() -> directory(Settings.BACKUP_DIR), Set.of(Settings.BACKUP_DIR));
    }

    /** The problems that can be seen from these settings alone. */
    List<String> thoseOf(Set<Setting<?>> known) {
        List<String> problems = new ArrayList<>();
        rules.forEach((rule, needed) -> {
            if (known.containsAll(needed)) {
                rule.get().ifPresent(problems::add);
            }
        });
        return problems;
    }

    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (config.get(Settings.ALERT_WEBHOOK_SECRET).isPresent()
                && config.get(Settings.ALERT_WEBHOOK_URL).isEmpty()) {
            warnings.add("ALERT_WEBHOOK_SECRET has no effect without ALERT_WEBHOOK_URL");
        }
        boolean open = !ConfigLoader.isLoopback(config.get(Settings.HOST));
        if (open && config.get(Settings.TLS_CERT).isEmpty()) {
            warnings.add("HOST " + config.get(Settings.HOST)
                    + " is reachable from other machines without TLS: tokens travel in clear."
                    + " Set TLS_CERT and TLS_KEY, or put a TLS proxy in front");
        }
        return warnings;
    }

    private Optional<String> localDatabaseNamed() {
        MongoUri local = config.get(Settings.MONGODB_URI);
        return when(
                local.database().isEmpty(),
                "MONGODB_URI = \"" + local.masked() + "\" (from " + config.sourceOf(Settings.MONGODB_URI)
                        + ") names no database\n    write the name of the database to sync after the host: "
                        + ConfigLoader.advice(Settings.MONGODB_URI));
    }

    private Optional<String> differentDatabases() {
        MongoUri local = config.get(Settings.MONGODB_URI);
        MongoUri hub = config.get(Settings.MONGODB_ATLAS_URI);
        boolean same = local.database().isPresent()
                && local.sameHosts(hub)
                && config.localDatabase().equals(config.hubDatabase());
        return when(
                same,
                "MONGODB_URI and MONGODB_ATLAS_URI are the same database (" + local.masked()
                        + ")\n    must be two: the device's own, and the hub that all devices share");
    }

    private Optional<String> accepted(Setting<MongoUri> setting) {
        MongoUri uri = config.get(setting);
        return outside.refusal(uri)
                .map(why -> setting.name() + " = \"" + uri.masked() + "\" (from " + config.sourceOf(setting)
                        + ") is refused by the driver: " + why + "\n    " + ConfigLoader.advice(setting));
    }

    private Optional<String> strategyKnown() {
        return unknownStrategies(
                List.of(config.get(Settings.CONFLICT_RESOLUTION_STRATEGY)), Settings.CONFLICT_RESOLUTION_STRATEGY);
    }

    private Optional<String> overridesKnown() {
        return unknownStrategies(
                config.get(Settings.CONFLICT_RESOLUTION_OVERRIDES).values(), Settings.CONFLICT_RESOLUTION_OVERRIDES);
    }

    private Optional<String> unknownStrategies(Collection<String> used, Setting<?> setting) {
        Set<String> known = outside.strategies();
        List<String> unknown =
                used.stream().filter(name -> !known.contains(name)).distinct().toList();
        return when(
                !known.isEmpty() && !unknown.isEmpty(),
                setting.name() + " (from " + config.sourceOf(setting) + ") names the strategy "
                        + String.join(", ", unknown) + ", which there is not"
                        + similar(unknown, known) + "\n    allowed: " + String.join(", ", new TreeSet<>(known))
                        + "; a custom resolver must be on the class path; " + ConfigLoader.advice(setting));
    }

    private static String similar(List<String> unknown, Set<String> known) {
        return unknown.stream()
                .flatMap(name -> SimilarNames.to(name, known, 0.4, 1).stream())
                .findFirst()
                .map(name -> "; did you mean " + name + "?")
                .orElse("");
    }

    private Optional<String> resourcesFree() {
        List<String> taken = config.get(Settings.API_RESOURCES).keySet().stream()
                .filter(TAKEN_RESOURCES::contains)
                .toList();
        return when(
                !taken.isEmpty(),
                "API_RESOURCES (from " + config.sourceOf(Settings.API_RESOURCES) + ") gives the name "
                        + String.join(", ", taken) + " to a collection, but /api/" + String.join(", /api/", taken)
                        + " is a call of the agent itself\n    must be another name; "
                        + ConfigLoader.advice(Settings.API_RESOURCES));
    }

    private Optional<String> noOpenDoor() {
        String host = config.get(Settings.HOST);
        return when(
                !ConfigLoader.isLoopback(host) && !config.loginRequired(),
                "HOST = \"" + host + "\" (from " + config.sourceOf(Settings.HOST)
                        + ") is reachable from other machines, but API_TOKENS is empty: anybody could change data"
                        + "\n    set API_TOKENS (" + Settings.API_TOKENS.rule() + "; for example API_TOKENS="
                        + Settings.API_TOKENS.example() + "), or leave HOST=127.0.0.1");
    }

    private Optional<String> certificateWithKey() {
        boolean certificate = config.get(Settings.TLS_CERT).isPresent();
        boolean key = config.get(Settings.TLS_KEY).isPresent();
        return when(
                certificate != key,
                (certificate ? "TLS_CERT is set but TLS_KEY is not" : "TLS_KEY is set but TLS_CERT is not")
                        + "\n    both must be set for HTTPS, or neither");
    }

    private Optional<String> readable(Setting<Optional<String>> setting) {
        return config.get(setting)
                .filter(path -> !Files.isReadable(Path.of(path)))
                .map(path -> setting.name() + " = \"" + path + "\" (from " + config.sourceOf(setting)
                        + ") cannot be read\n    " + ConfigLoader.advice(setting));
    }

    private Optional<String> logDirectory() {
        Path directory = Path.of(config.get(Settings.LOG_DIR));
        if (directory.toString().contains("%")) {
            return Optional.of("LOG_DIR = \"" + directory + "\" (from " + config.sourceOf(Settings.LOG_DIR)
                    + ") has a %, which the names of rotated files cannot have\n    "
                    + ConfigLoader.advice(Settings.LOG_DIR));
        }
        return directory(Settings.LOG_DIR);
    }

    private Optional<String> directory(Setting<String> setting) {
        Path directory = Path.of(config.get(setting));
        return when(
                Files.exists(directory) && !(Files.isDirectory(directory) && Files.isWritable(directory)),
                setting.name() + " = \"" + directory + "\" (from " + config.sourceOf(setting)
                        + ") is not a directory that can be written\n    " + ConfigLoader.advice(setting));
    }

    private static Optional<String> when(boolean wrong, String problem) {
        return wrong ? Optional.of(problem) : Optional.empty();
    }
}
