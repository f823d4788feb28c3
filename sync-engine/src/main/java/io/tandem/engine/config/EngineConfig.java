package io.tandem.engine.config;

import io.tandem.engine.model.CollectionMode;
import io.tandem.engine.model.InitialSyncPreference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything an engine is told when it is created. Immutable and checked as a whole: {@link Builder#build()} reports all
 * problems in one {@link IllegalArgumentException}. Its text form hides the passwords in the connection strings.
 *
 * @param localUri connection string of the device's database
 * @param localDatabase name of the device's database
 * @param hubUri connection string of the hub
 * @param hubDatabase name of the hub's database
 * @param instanceId the device's name, or empty to generate and store one
 * @param bidirectionalEnabled whether the hub is applied locally at all; while false every collection is push-only
 * @param excludedCollections collections that stay push-only while the others sync in both directions
 * @param modes collections with a mode of their own; stricter of this and the rules above holds
 * @param conflictStrategy name of the resolver used unless an override names another
 * @param conflictOverrides collection to resolver name
 * @param counterFields collection to dotted paths whose concurrent increments add up in a field merge
 * @param setFields collection to dotted paths whose arrays merge as sets in a field merge
 * @param initialSyncPreference who wins a first contact
 * @param batchSize keys reconciled together, 1 to 1000; of a backlog up to four times as many
 * @param originTrackingCleanup how long an expected echo is remembered
 * @param reconnectInterval first pause before a reconnect; grows with jitter
 * @param reconnectAttemptsBeforeAlert failed attempts until the state is unhealthy; attempts go on
 * @param localPollInterval pause between scans of a local server without change streams
 * @param maxDeletePercent share of a collection, 1 to 100, that one pass may delete
 * @param maxDeleteMin size of a collection, in documents, up to which the share is not looked at
 * @param tombstoneRetention how long deletes are remembered
 * @param syncIndexes whether the indexes of new collections are copied
 * @param scope empty for a device; otherwise only collections whose names start with it are synced, and the engine's own
 *     collections get it as a prefix, so that a self-test can run in a database that another engine syncs
 */
public record EngineConfig(
        String localUri,
        String localDatabase,
        String hubUri,
        String hubDatabase,
        Optional<String> instanceId,
        boolean bidirectionalEnabled,
        Set<String> excludedCollections,
        Map<String, CollectionMode> modes,
        String conflictStrategy,
        Map<String, String> conflictOverrides,
        Map<String, Set<String>> counterFields,
        Map<String, Set<String>> setFields,
        InitialSyncPreference initialSyncPreference,
        int batchSize,
        Duration originTrackingCleanup,
        Duration reconnectInterval,
        int reconnectAttemptsBeforeAlert,
        Duration localPollInterval,
        int maxDeletePercent,
        int maxDeleteMin,
        Duration tombstoneRetention,
        boolean syncIndexes,
        String scope) {

    public static final String DEFAULT_CONFLICT_STRATEGY = "last-write-wins";
    public static final Set<String> DEFAULT_EXCLUDED_COLLECTIONS =
            Set.of("sessions", "logs", "notifications", "_sync_metadata");

    public EngineConfig {
        excludedCollections = Set.copyOf(excludedCollections);
        modes = Map.copyOf(modes);
        conflictOverrides = Map.copyOf(conflictOverrides);
        counterFields = copyOfSets(counterFields);
        setFields = copyOfSets(setFields);
    }

    private static Map<String, Set<String>> copyOfSets(Map<String, Set<String>> sets) {
        Map<String, Set<String>> copy = new TreeMap<>();
        sets.forEach((key, value) -> copy.put(key, Set.copyOf(value)));
        return Map.copyOf(copy);
    }

    /** A builder with the documented defaults. Not thread-safe. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these settings. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.localUri = localUri;
        copy.localDatabase = localDatabase;
        copy.hubUri = hubUri;
        copy.hubDatabase = hubDatabase;
        copy.instanceId = instanceId.orElse("");
        copy.bidirectionalEnabled = bidirectionalEnabled;
        copy.excludedCollections = excludedCollections;
        copy.modes = modes;
        copy.conflictStrategy = conflictStrategy;
        copy.conflictOverrides = conflictOverrides;
        copy.counterFields = counterFields;
        copy.setFields = setFields;
        copy.initialSyncPreference = initialSyncPreference;
        copy.batchSize = batchSize;
        copy.originTrackingCleanup = originTrackingCleanup;
        copy.reconnectInterval = reconnectInterval;
        copy.reconnectAttemptsBeforeAlert = reconnectAttemptsBeforeAlert;
        copy.localPollInterval = localPollInterval;
        copy.maxDeletePercent = maxDeletePercent;
        copy.maxDeleteMin = maxDeleteMin;
        copy.tombstoneRetention = tombstoneRetention;
        copy.syncIndexes = syncIndexes;
        copy.scope = scope;
        return copy;
    }

    @Override
    public String toString() {
        return "EngineConfig[local=<hidden>/" + localDatabase + ", hub=<hidden>/" + hubDatabase + ", instanceId="
                + instanceId.orElse("<generated>") + ", bidirectional=" + bidirectionalEnabled + ", excluded="
                + new TreeSet<>(excludedCollections) + ", strategy=" + conflictStrategy + "]";
    }

    /** Collects settings; see {@link EngineConfig} for each one's meaning and bounds. Not thread-safe. */
    public static final class Builder {
        private String localUri = "";
        private String localDatabase = "";
        private String hubUri = "";
        private String hubDatabase = "";
        private String instanceId = "";
        private boolean bidirectionalEnabled;
        private Set<String> excludedCollections = DEFAULT_EXCLUDED_COLLECTIONS;
        private Map<String, CollectionMode> modes = Map.of();
        private String conflictStrategy = DEFAULT_CONFLICT_STRATEGY;
        private Map<String, String> conflictOverrides = Map.of();
        private Map<String, Set<String>> counterFields = Map.of();
        private Map<String, Set<String>> setFields = Map.of();
        private InitialSyncPreference initialSyncPreference = InitialSyncPreference.NEWEST;
        private int batchSize = 100;
        private Duration originTrackingCleanup = Duration.ofSeconds(60);
        private Duration reconnectInterval = Duration.ofSeconds(5);
        private int reconnectAttemptsBeforeAlert = 10;
        private Duration localPollInterval = Duration.ofSeconds(5);
        private int maxDeletePercent = 50;
        private int maxDeleteMin = 20;
        private Duration tombstoneRetention = Duration.ofDays(90);
        private boolean syncIndexes;
        private String scope = "";

        private Builder() {}

        public Builder local(String uri, String database) {
            this.localUri = uri;
            this.localDatabase = database;
            return this;
        }

        public Builder hub(String uri, String database) {
            this.hubUri = uri;
            this.hubDatabase = database;
            return this;
        }

        /** Blank means: generate one and store it. */
        public Builder instanceId(String id) {
            this.instanceId = id;
            return this;
        }

        public Builder bidirectionalEnabled(boolean enabled) {
            this.bidirectionalEnabled = enabled;
            return this;
        }

        public Builder excludedCollections(Set<String> names) {
            this.excludedCollections = names;
            return this;
        }

        public Builder modes(Map<String, CollectionMode> byCollection) {
            this.modes = byCollection;
            return this;
        }

        public Builder conflictStrategy(String name) {
            this.conflictStrategy = name;
            return this;
        }

        public Builder conflictOverrides(Map<String, String> byCollection) {
            this.conflictOverrides = byCollection;
            return this;
        }

        public Builder counterFields(Map<String, Set<String>> byCollection) {
            this.counterFields = byCollection;
            return this;
        }

        public Builder setFields(Map<String, Set<String>> byCollection) {
            this.setFields = byCollection;
            return this;
        }

        public Builder initialSyncPreference(InitialSyncPreference preference) {
            this.initialSyncPreference = preference;
            return this;
        }

        public Builder batchSize(int keys) {
            this.batchSize = keys;
            return this;
        }

        public Builder originTrackingCleanup(Duration age) {
            this.originTrackingCleanup = age;
            return this;
        }

        public Builder reconnectInterval(Duration first) {
            this.reconnectInterval = first;
            return this;
        }

        public Builder reconnectAttemptsBeforeAlert(int attempts) {
            this.reconnectAttemptsBeforeAlert = attempts;
            return this;
        }

        public Builder localPollInterval(Duration pause) {
            this.localPollInterval = pause;
            return this;
        }

        public Builder maxDeletePercent(int percent) {
            this.maxDeletePercent = percent;
            return this;
        }

        public Builder maxDeleteMin(int documents) {
            this.maxDeleteMin = documents;
            return this;
        }

        public Builder tombstoneRetention(Duration age) {
            this.tombstoneRetention = age;
            return this;
        }

        public Builder syncIndexes(boolean copy) {
            this.syncIndexes = copy;
            return this;
        }

        /** Empty for a device; see {@link EngineConfig#scope()}. */
        public Builder scope(String prefix) {
            this.scope = prefix;
            return this;
        }

        /** @throws IllegalArgumentException listing every problem at once */
        public EngineConfig build() {
            List<String> problems = new ArrayList<>();
            require(!localUri.isBlank(), "localUri is missing", problems);
            require(!hubUri.isBlank(), "hubUri is missing", problems);
            require(!localDatabase.isBlank(), "localDatabase is missing", problems);
            require(!hubDatabase.isBlank(), "hubDatabase is missing", problems);
            require(
                    !localUri.equals(hubUri) || !Objects.equals(localDatabase, hubDatabase),
                    "local and hub are the same database",
                    problems);
            require(batchSize >= 1 && batchSize <= 1000, "batchSize " + batchSize + " is not in 1..1000", problems);
            require(
                    maxDeletePercent >= 1 && maxDeletePercent <= 100,
                    "maxDeletePercent " + maxDeletePercent + " is not in 1..100",
                    problems);
            require(maxDeleteMin >= 0, "maxDeleteMin " + maxDeleteMin + " is negative", problems);
            require(
                    reconnectAttemptsBeforeAlert >= 1,
                    "reconnectAttemptsBeforeAlert " + reconnectAttemptsBeforeAlert + " is below 1",
                    problems);
            require(
                    scope.isEmpty() || scope.matches("_tandem_[a-z0-9_]*_"),
                    "scope '" + scope + "' is not of the form _tandem_..._",
                    problems);
            requirePositive(originTrackingCleanup, "originTrackingCleanup", problems);
            requirePositive(reconnectInterval, "reconnectInterval", problems);
            requirePositive(localPollInterval, "localPollInterval", problems);
            requirePositive(tombstoneRetention, "tombstoneRetention", problems);
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException("invalid engine settings: " + String.join("; ", problems));
            }
            return new EngineConfig(
                    localUri,
                    localDatabase,
                    hubUri,
                    hubDatabase,
                    instanceId.isBlank() ? Optional.empty() : Optional.of(instanceId.strip()),
                    bidirectionalEnabled,
                    excludedCollections,
                    modes,
                    conflictStrategy,
                    conflictOverrides,
                    counterFields,
                    setFields,
                    initialSyncPreference,
                    batchSize,
                    originTrackingCleanup,
                    reconnectInterval,
                    reconnectAttemptsBeforeAlert,
                    localPollInterval,
                    maxDeletePercent,
                    maxDeleteMin,
                    tombstoneRetention,
                    syncIndexes,
                    scope);
        }

        private static void require(boolean holds, String problem, List<String> problems) {
            if (!holds) {
                problems.add(problem);
            }
        }

        private static void requirePositive(Duration duration, String name, List<String> problems) {
            require(!duration.isNegative() && !duration.isZero(), name + " is not above zero", problems);
        }
    }
}
