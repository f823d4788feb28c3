package io.tandem.engine.plan;

import io.tandem.engine.model.BsonBytes;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNumber;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.jspecify.annotations.Nullable;

/**
 * A three-way merge by field path. A field that only one side changed takes that side's value; sub-documents that both changed
 * are merged in the same way; counters add up what both added; sets take what either added and leave out what either removed;
 * any other field that both changed takes the value of the later version. An edit beats a concurrent delete. Without a base,
 * the later version wins whole.
 *
 * <p>The result has the hub's fields in the hub's order, then those that only the device has. Merged again on top of the
 * hub's state, which is its base from then on, it stays as it is.
 */
final class FieldMerge implements ConflictResolver {
    static final String NAME = "field-merge";

    private final Set<String> counters;
    private final Set<String> sets;

    /**
     * @param counters dotted paths of numbers whose increments add up
     * @param sets dotted paths of arrays that merge as sets
     */
    FieldMerge(Set<String> counters, Set<String> sets) {
        this.counters = Set.copyOf(counters);
        this.sets = Set.copyOf(sets);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean needsBase() {
        return true;
    }

    @Override
    public boolean addsUp() {
        return !counters.isEmpty();
    }

    @Override
    public Resolution resolve(Case conflict) {
        if (conflict.local().isEmpty()) {
            return Resolution.HUB;
        }
        if (conflict.hub().isEmpty()) {
            return Resolution.LOCAL;
        }
        Optional<BsonDocument> base = conflict.base().flatMap(FieldMerge::decode);
        Optional<BsonDocument> local = decode(conflict.local().get());
        Optional<BsonDocument> hub = decode(conflict.hub().get());
        if (base.isEmpty() || local.isEmpty() || hub.isEmpty()) {
            return conflict.newer();
        }
        boolean localIsNewer = conflict.localVersion().isAfter(conflict.hubVersion());
        return Resolution.merged(merge("", base.get(), local.get(), hub.get(), localIsNewer));
    }

    /** The document as a map of fields; empty when it has a field twice, which a map cannot hold. */
    private static Optional<BsonDocument> decode(BsonDocument document) {
        if (!(document instanceof RawBsonDocument raw)) {
            return Optional.of(document);
        }
        BsonDocument decoded = raw.decode(new BsonDocumentCodec());
        boolean whole = BsonBytes.encode(decoded).length == BsonBytes.of(raw).length;
        return whole ? Optional.of(decoded) : Optional.empty();
    }

    private BsonDocument merge(
            String path, BsonDocument base, BsonDocument local, BsonDocument hub, boolean localIsNewer) {
        Set<String> names = new LinkedHashSet<>(hub.keySet());
        names.addAll(local.keySet());
        BsonDocument result = new BsonDocument();
        for (String name : names) {
            BsonValue merged = mergeValue(
                    path.isEmpty() ? name : path + "." + name,
                    base.get(name),
                    local.get(name),
                    hub.get(name),
                    localIsNewer);
            if (merged != null) {
                result.append(name, merged);
            }
        }
        return result;
    }

    private @Nullable BsonValue mergeValue(
            String path,
            @Nullable BsonValue base,
            @Nullable BsonValue local,
            @Nullable BsonValue hub,
            boolean localIsNewer) {
        if (same(base, local)) {
            return hub;
        }
        if (same(base, hub)) {
            return local;
        }
        if (same(local, hub) && !(counters.contains(path) && hub instanceof BsonNumber)) {
            return hub; // two equal increments of a counter are still two
        }
        if (local instanceof BsonDocument l && hub instanceof BsonDocument h) {
            BsonDocument ancestor = base instanceof BsonDocument b ? b : new BsonDocument();
            return merge(path, ancestor, l, h, localIsNewer);
        }
        if (counters.contains(path)
                && local instanceof BsonNumber l
                && hub instanceof BsonNumber h
                && (base == null || base instanceof BsonNumber)) {
            Optional<BsonValue> sum = Counters.sum((BsonNumber) base, l, h);
            if (sum.isPresent()) {
                return sum.get();
            }
        }
        if (sets.contains(path) && local instanceof BsonArray l && hub instanceof BsonArray h) {
            return mergeSets(base instanceof BsonArray b ? b : new BsonArray(), l, h);
        }
        return localIsNewer ? local : hub;
    }

    private static BsonArray mergeSets(BsonArray base, BsonArray local, BsonArray hub) {
        BsonArray result = new BsonArray();
        for (BsonValue element : hub) {
            boolean removedLocally = contains(base, element) && !contains(local, element);
            if (!removedLocally && !contains(result, element)) {
                result.add(element);
            }
        }
        for (BsonValue element : local) {
            boolean removedOnHub = contains(base, element) && !contains(hub, element);
            if (!removedOnHub && !contains(result, element)) {
                result.add(element);
            }
        }
        return result;
    }

    private static boolean contains(BsonArray array, BsonValue element) {
        return array.stream().anyMatch(other -> same(other, element));
    }

    /** By type and bytes: 1 and 1.0 differ, and so do two orders of the same fields. */
    private static boolean same(@Nullable BsonValue a, @Nullable BsonValue b) {
        if (a == null || b == null) {
            return a == b;
        }
        return a.getBsonType() == b.getBsonType()
                && Arrays.equals(BsonBytes.encode(new BsonDocument("", a)), BsonBytes.encode(new BsonDocument("", b)));
    }
}
