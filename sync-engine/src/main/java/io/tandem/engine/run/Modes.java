package io.tandem.engine.run;

import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.model.CollectionMode;
import io.tandem.engine.model.Side;
import io.tandem.engine.plan.Policy;
import io.tandem.engine.plan.Resolvers;
import io.tandem.engine.status.CollectionStatus.HeldDeletes;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/**
 * What may happen to each collection now, from four sources: the switch for bidirectional sync, the settings, what operators
 * changed since the start, and what the delete guard holds. The strictest counts. Thread-safe.
 *
 * <p>A part of it is stored on the device ({@link #toNote}), since a collection whose changes were not followed for a while
 * has to be compared when it is followed again: {@link #freedSince} names them.
 */
final class Modes {
    static final String NOTE = "modes";

    private final EngineConfig config;
    private final Resolvers resolvers;
    private final Map<String, CollectionMode> overrides = new ConcurrentHashMap<>();
    private final Set<String> paused = ConcurrentHashMap.newKeySet();
    private final Map<String, HeldDeletes> held = new ConcurrentHashMap<>();
    private final Map<String, Long> owed = new ConcurrentHashMap<>();
    private final AtomicLong owings = new AtomicLong();
    private final AtomicInteger generation = new AtomicInteger();
    private volatile boolean bidirectional;
    private volatile Runnable changes = () -> {};

    Modes(EngineConfig config, Resolvers resolvers) {
        this.config = config;
        this.resolvers = resolvers;
        this.bidirectional = config.bidirectionalEnabled();
    }

    boolean bidirectional() {
        return bidirectional;
    }

    /** Counts how often the switch was turned: what was settled under another setting says nothing about the hub. */
    int generation() {
        return generation.get();
    }

    void bidirectional(boolean enabled) {
        bidirectional = enabled;
        generation.incrementAndGet();
    }

    /** What is told of every change of a collection's mode, before and after it takes effect. */
    void onChange(Runnable listener) {
        changes = listener;
    }

    void override(String collection, CollectionMode mode) {
        change(() -> {
            overrides.put(collection, mode);
            paused.remove(collection);
        });
    }

    void pause(String collection) {
        change(() -> paused.add(collection));
    }

    void unpause(String collection) {
        change(() -> paused.remove(collection));
    }

    /**
     * Notes that a collection is freer than it was, or will be in a moment, and has to be compared because of that; until
     * {@link #compared} says that this was asked for, the stored note calls it paused. Returns the number of the debt.
     */
    long owe(String collection) {
        long number = owings.incrementAndGet();
        change(() -> owed.put(collection, number));
        return number;
    }

    /** The collections that are to be compared, each with the number of its debt. */
    Map<String, Long> owed() {
        return Map.copyOf(owed);
    }

    /** The comparison was asked for, durably; a debt that was made anew since stays. */
    void compared(String collection, long number) {
        change(() -> owed.remove(collection, number));
    }

    private void change(Runnable change) {
        changes.run();
        change.run();
        changes.run();
    }

    void hold(String collection, HeldDeletes deletes) {
        change(() -> held.putIfAbsent(collection, deletes));
    }

    Optional<HeldDeletes> held(String collection) {
        return Optional.ofNullable(held.get(collection));
    }

    Set<String> heldCollections() {
        return new TreeSet<>(held.keySet());
    }

    void release(String collection) {
        change(() -> held.remove(collection));
    }

    /** The mode in force. */
    CollectionMode of(String collection) {
        CollectionMode own = ignoringSwitch(collection);
        return bidirectional ? own : strictest(own, CollectionMode.PUSH_ONLY);
    }

    /** Collections that an operator or the guard stopped, or that settings name. */
    Set<String> named() {
        Set<String> names = new TreeSet<>(overrides.keySet());
        names.addAll(paused);
        names.addAll(held.keySet());
        names.addAll(owed.keySet());
        names.addAll(config.modes().keySet());
        names.addAll(config.excludedCollections());
        return names;
    }

    /** Whether the hub's documents matter for a collection once bidirectional sync is enabled. */
    boolean wantsHub(String collection) {
        CollectionMode own = ignoringSwitch(collection);
        return own == CollectionMode.BOTH || own == CollectionMode.OBSERVE;
    }

    /** Why a collection is in its mode, in words. */
    String reason(String collection) {
        if (held.containsKey(collection)) {
            return "held by the delete guard: " + held.get(collection).reason();
        }
        if (paused.contains(collection)) {
            return "paused by an operator";
        }
        if (overrides.containsKey(collection)) {
            return "set by an operator";
        }
        if (config.modes().containsKey(collection)) {
            return "set in the configuration";
        }
        if (config.excludedCollections().contains(collection)) {
            return "excluded in the configuration";
        }
        return bidirectional ? "default" : "bidirectional sync is disabled";
    }

    /** Whether the hub's events of a collection are of interest now. */
    boolean follows(Side side, String collection) {
        CollectionMode mode = of(collection);
        return mode != CollectionMode.PAUSED && (side == Side.LOCAL || mode != CollectionMode.PUSH_ONLY);
    }

    /** How a collection is to be decided in its mode. */
    Policy policy(String collection) {
        String strategy = config.conflictOverrides().getOrDefault(collection, config.conflictStrategy());
        boolean pushOnly = of(collection) == CollectionMode.PUSH_ONLY
                || (of(collection) == CollectionMode.OBSERVE && !bidirectional);
        return new Policy(
                pushOnly,
                resolvers.get(
                        strategy,
                        config.counterFields().getOrDefault(collection, Set.of()),
                        config.setFields().getOrDefault(collection, Set.of())),
                config.initialSyncPreference());
    }

    /** What has to survive a restart: every collection that is not followed both ways, and what is held. */
    BsonDocument toNote() {
        BsonDocument modes = new BsonDocument();
        for (String collection : named()) {
            CollectionMode mode = owed.containsKey(collection) ? CollectionMode.PAUSED : ignoringSwitch(collection);
            if (mode != CollectionMode.BOTH) {
                modes.append(collection, new BsonString(mode.label()));
            }
        }
        BsonDocument holds = new BsonDocument();
        new TreeMap<>(held).forEach((collection, h) -> holds.append(collection, toBson(h)));
        return new BsonDocument("bidirectional", BsonBoolean.valueOf(bidirectional))
                .append("modes", modes)
                .append("held", holds);
    }

    /** Takes back what the guard held before a restart. */
    void restoreHeld(BsonDocument note) {
        note.getDocument("held", new BsonDocument())
                .forEach((collection, value) -> held.put(collection, fromBson(value.asDocument())));
    }

    /** Collections that were less free when the note was written than they are now. */
    Set<String> freedSince(BsonDocument note) {
        Set<String> freed = new TreeSet<>();
        note.getDocument("modes", new BsonDocument()).forEach((collection, label) -> {
            CollectionMode before = CollectionMode.parse(label.asString().getValue());
            if (ignoringSwitch(collection).compareTo(before) < 0) {
                freed.add(collection);
            }
        });
        return freed;
    }

    /** The mode once bidirectional sync is on. */
    CollectionMode ignoringSwitch(String collection) {
        if (held.containsKey(collection) || paused.contains(collection)) {
            return CollectionMode.PAUSED;
        }
        CollectionMode override = overrides.get(collection);
        if (override != null) {
            return override;
        }
        CollectionMode configured = config.modes().getOrDefault(collection, CollectionMode.BOTH);
        return config.excludedCollections().contains(collection)
                ? strictest(configured, CollectionMode.PUSH_ONLY)
                : configured;
    }

    private static CollectionMode strictest(CollectionMode a, CollectionMode b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static BsonDocument toBson(HeldDeletes held) {
        return new BsonDocument("towards", new BsonString(held.towards()))
                .append("before", new BsonInt64(held.before()))
                .append("missing", new BsonInt64(held.missing()))
                .append("reason", new BsonString(held.reason()))
                .append("since", new BsonDateTime(held.since().toEpochMilli()));
    }

    private static HeldDeletes fromBson(BsonDocument held) {
        return new HeldDeletes(
                held.getString("towards").getValue(),
                held.getNumber("before").longValue(),
                held.getNumber("missing").longValue(),
                held.getString("reason").getValue(),
                Instant.ofEpochMilli(held.getDateTime("since").getValue()));
    }
}
