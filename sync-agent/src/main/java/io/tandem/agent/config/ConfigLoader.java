package io.tandem.agent.config;

import io.tandem.agent.text.SimilarNames;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the settings and checks them in one pass. The process environment wins over {@code --env-file}, which wins over {@code .env} in
 * the working directory; an empty value counts as not set. One thread; used once.
 */
public final class ConfigLoader {
    private static final double SIMILAR_ENOUGH = 0.35;
    private static final List<String> OWN_PREFIXES =
            List.of("BIDIRECTIONAL_", "CHANGE_STREAM_", "CONFLICT_", "ATLAS_CHANGE_STREAM_", "ORIGIN_TRACKING_");

    private final Map<String, Found> found = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private final OutsideKnowledge outside;

    private ConfigLoader(OutsideKnowledge outside) {
        this.outside = outside;
    }

    private record Found(String text, String source) {}

    /**
     * Loads from the process environment, the given file and {@code .env} in the given directory.
     *
     * @throws ConfigException listing everything that is wrong
     */
    public static AgentConfig load(Map<String, String> environment, Optional<Path> envFile, Path workingDirectory) {
        return load(environment, envFile, workingDirectory, OutsideKnowledge.NONE);
    }

    /** As above; also checks what only others know, so that everything that is wrong is told at once. */
    public static AgentConfig load(
            Map<String, String> environment, Optional<Path> envFile, Path workingDirectory, OutsideKnowledge outside) {
        ConfigLoader loader = new ConfigLoader(outside);
        Path dotEnv = workingDirectory.resolve(".env");
        if (Files.exists(dotEnv)) {
            loader.file(dotEnv, ".env");
        }
        envFile.ifPresent(path -> loader.file(path, path.toString()));
        loader.add(environment, "environment");
        return loader.check();
    }

    /** Loads from the given values only. @throws ConfigException listing everything that is wrong */
    public static AgentConfig of(Map<String, String> values) {
        return of(values, OutsideKnowledge.NONE);
    }

    /** As above; also checks what only others know. */
    public static AgentConfig of(Map<String, String> values, OutsideKnowledge outside) {
        ConfigLoader loader = new ConfigLoader(outside);
        loader.add(values, "environment");
        return loader.check();
    }

    private void file(Path path, String label) {
        EnvFile file = EnvFile.read(path);
        problems.addAll(file.problems());
        warnings.addAll(file.warnings());
        file.values().forEach((name, line) -> put(name, line.value(), label + " line " + line.number()));
    }

    private void add(Map<String, String> values, String source) {
        values.forEach((name, value) -> put(name, value, source));
    }

    private void put(String name, String value, String source) {
        if (!value.isBlank()) {
            found.put(name, new Found(value.strip(), source));
        }
    }

    private AgentConfig check() {
        Map<Setting<?>, AgentConfig.Effective> values = new LinkedHashMap<>();
        for (Setting<?> setting : Settings.all()) {
            AgentConfig.Effective effective = effective(setting);
            if (effective != null) {
                values.put(setting, effective);
            }
        }
        warnAboutUnknownNames();
        AgentConfig config = new AgentConfig(values, warnings);
        problems.addAll(new CrossChecks(config, outside).thoseOf(values.keySet()));
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return new AgentConfig(values, withCrossWarnings(config));
    }

    private List<String> withCrossWarnings(AgentConfig config) {
        List<String> all = new ArrayList<>(warnings);
        all.addAll(new CrossChecks(config, outside).warnings());
        return all;
    }

    private AgentConfig.@Nullable Effective effective(Setting<?> setting) {
        Found given = found.get(setting.name());
        if (given == null && setting.required()) {
            problems.add(setting.name() + " is not set" + nearMiss(setting) + "\n    " + advice(setting));
            return null;
        }
        Found used = given == null ? new Found(setting.defaultText(), "default") : given;
        try {
            return new AgentConfig.Effective(setting.parse(used.text()), used.text(), used.source());
        } catch (IllegalArgumentException wrong) {
            problems.add(setting.name() + " = \"" + setting.masked(used.text()) + "\" (from " + used.source() + ") "
                    + wrong.getMessage() + "\n    " + advice(setting));
            return null;
        }
    }

    static String advice(Setting<?> setting) {
        return setting.rule() + "; for example " + setting.name() + "=" + setting.example();
    }

    private String nearMiss(Setting<?> setting) {
        return SimilarNames.to(setting.name(), unknownNames(), 0.2, 1).stream()
                .map(name -> ", but " + name + " is (" + sourceOf(name) + "): did you mean " + setting.name() + "?")
                .findFirst()
                .orElse("");
    }

    private String sourceOf(String name) {
        Found given = found.get(name);
        return given == null ? "default" : given.source();
    }

    private Set<String> unknownNames() {
        Set<String> unknown = new TreeSet<>(found.keySet());
        unknown.removeAll(Settings.names());
        return unknown;
    }

    private void warnAboutUnknownNames() {
        for (String name : unknownNames()) {
            List<String> similar = SimilarNames.to(name, Settings.names(), SIMILAR_ENOUGH, 1);
            boolean ours = OWN_PREFIXES.stream().anyMatch(name::startsWith);
            boolean typing = SimilarNames.to(name, Settings.names(), 0.12, 1).size() == 1;
            if (ours || typing) {
                String nearest = SimilarNames.to(name, Settings.names(), 1, 1).get(0);
                warnings.add(name + " (from " + sourceOf(name) + ") is not a setting and has no effect; "
                        + (similar.isEmpty() ? "the nearest is " + nearest : "did you mean " + similar.get(0) + "?"));
            }
        }
    }

    /** Whether only this machine can reach an address. Names other than {@code localhost} are not looked up. */
    static boolean isLoopback(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        if (!host.matches("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
            return false;
        }
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException notAnAddress) {
            return false;
        }
    }
}
