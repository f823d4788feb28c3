package io.tandem.engine.plan;

import io.tandem.engine.plan.ConflictResolver.Resolution;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The resolvers by name: four of our own and whatever {@link ServiceLoader} finds. Immutable and thread-safe.
 */
public final class Resolvers {
    /** The names that are always there. */
    public static final Set<String> BUILT_IN = Set.of(LastWriteWins.NAME, "local-wins", "atlas-wins", FieldMerge.NAME);

    private final Map<String, ConflictResolver> byName;

    private Resolvers(Map<String, ConflictResolver> byName) {
        this.byName = Map.copyOf(byName);
    }

    /** Our own and those on the class path. */
    public static Resolvers discover() {
        return of(ServiceLoader.load(ConflictResolver.class));
    }

    /**
     * Our own and these.
     *
     * @throws IllegalArgumentException when two have one name
     */
    public static Resolvers of(Iterable<ConflictResolver> custom) {
        Map<String, ConflictResolver> byName = new TreeMap<>();
        byName.put(LastWriteWins.NAME, new LastWriteWins());
        byName.put("local-wins", new OneSideWins("local-wins", Resolution.LOCAL));
        byName.put("atlas-wins", new OneSideWins("atlas-wins", Resolution.HUB));
        byName.put(FieldMerge.NAME, new FieldMerge(Set.of(), Set.of()));
        for (ConflictResolver resolver : custom) {
            if (byName.putIfAbsent(resolver.name(), resolver) != null) {
                throw new IllegalArgumentException("two conflict resolvers are named '" + resolver.name() + "'");
            }
        }
        return new Resolvers(byName);
    }

    /** All names, sorted. */
    public Set<String> names() {
        return new TreeSet<>(byName.keySet());
    }

    /**
     * The resolver of that name for a collection with these merge rules.
     *
     * @param counters dotted paths of counters, used by field-merge only
     * @param sets dotted paths of sets, used by field-merge only
     * @throws IllegalArgumentException naming what is there
     */
    public ConflictResolver get(String name, Set<String> counters, Set<String> sets) {
        ConflictResolver resolver = byName.get(name);
        if (resolver == null) {
            throw new IllegalArgumentException(
                    "unknown conflict resolution strategy '" + name + "'; allowed: " + String.join(", ", names()));
        }
        return resolver instanceof FieldMerge ? new FieldMerge(counters, sets) : resolver;
    }
}
