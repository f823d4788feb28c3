package io.tandem.agent.config;

import io.tandem.agent.text.Masking;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The settings in force, each with its value and where it came from. Immutable; any thread. Its text form has no secrets. */
public final class AgentConfig {
    /** A shorter path or query, such as {@code /alerts}, is no key, and hiding it everywhere would damage log lines. */
    private static final int SECRET_PART_MIN = 8;

    private final Map<Setting<?>, Effective> values;
    private final List<String> warnings;

    AgentConfig(Map<Setting<?>, Effective> values, List<String> warnings) {
        this.values = new LinkedHashMap<>(values);
        this.warnings = List.copyOf(warnings);
    }

    /**
     * A setting's value in force.
     *
     * @param value what the text means
     * @param text the text as given; may hold a secret
     * @param source {@code environment}, a file with its line, or {@code default}
     */
    record Effective(Object value, String text, String source) {
        @Override
        public String toString() {
            return Masking.HIDDEN + " from " + source;
        }
    }

    /**
     * A setting as it may be shown.
     *
     * @param setting which
     * @param text its value with secrets hidden
     * @param source where it came from
     */
    public record Shown(Setting<?> setting, String text, String source) {}

    /** A setting's value. */
    @SuppressWarnings("unchecked") // put there by the setting's own parser
    public <T> T get(Setting<T> setting) {
        Effective effective = values.get(setting);
        if (effective == null) {
            throw new IllegalArgumentException(setting + " is not in the registry");
        }
        return (T) effective.value();
    }

    /** Where a setting's value came from. */
    public String sourceOf(Setting<?> setting) {
        Effective effective = values.get(setting);
        return effective == null ? "default" : effective.source();
    }

    /** Every setting, masked, in the order of the documentation. */
    public List<Shown> shown() {
        List<Shown> shown = new ArrayList<>();
        values.forEach((setting, effective) ->
                shown.add(new Shown(setting, setting.masked(effective.text()), effective.source())));
        return shown;
    }

    /** What looks like a mistake but does not stop the start. */
    public List<String> warnings() {
        return warnings;
    }

    /** The device's database. */
    public String localDatabase() {
        return get(Settings.MONGODB_URI).database().orElseThrow();
    }

    /** The hub's database: the one in its connection string, else the same name as the device's. */
    public String hubDatabase() {
        return get(Settings.MONGODB_ATLAS_URI).database().orElseGet(this::localDatabase);
    }

    /** Whether anybody needs a token. */
    public boolean loginRequired() {
        return !get(Settings.API_TOKENS).isEmpty();
    }

    /** Hides every secret of these settings wherever it appears. */
    public Masking masking() {
        List<String> secrets = new ArrayList<>();
        get(Settings.MONGODB_URI).password().ifPresent(secrets::add);
        get(Settings.MONGODB_ATLAS_URI).password().ifPresent(secrets::add);
        get(Settings.API_TOKENS).forEach(token -> secrets.add(token.token()));
        get(Settings.ALERT_WEBHOOK_SECRET).ifPresent(secrets::add);
        get(Settings.ALERT_WEBHOOK_URL).ifPresent(webhook -> secrets.addAll(secretParts(webhook)));
        return Masking.of(secrets);
    }

    /** The parts of a webhook's address that open it: receivers put a key into the path, the query or the user name. */
    private static List<String> secretParts(URI webhook) {
        return Stream.of(webhook.getRawPath(), webhook.getRawQuery(), webhook.getRawUserInfo())
                .filter(part -> part != null && part.length() > SECRET_PART_MIN)
                .toList();
    }

    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        shown().forEach(entry -> lines.add(entry.setting().name() + "=" + entry.text() + " (" + entry.source() + ")"));
        return String.join("\n", lines);
    }
}
