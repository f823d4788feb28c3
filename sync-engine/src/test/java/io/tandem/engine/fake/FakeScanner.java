package io.tandem.engine.fake;

import io.tandem.engine.model.BsonOrder;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.scan.KeyScanner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.bson.BsonValue;

/** Reads whole collections of a {@link FakeSides}, a few documents at a time. */
public final class FakeScanner implements KeyScanner {
    private static final int PAGE = 2;

    /** Collections that exist although they are empty. */
    public final Set<String> empty = new TreeSet<>();
    /** Collections that cannot be synced, with their kind. */
    public final Map<String, String> kinds = new HashMap<>();
    /** Where a collection is cut. */
    public final Map<String, List<BsonValue>> cuts = new HashMap<>();
    /** What the statistics say, where that is not what is there. */
    public final Map<String, Long> estimates = new HashMap<>();
    /** Ranges that were asked for, with their collection. */
    public final List<String> asked = new ArrayList<>();

    private final FakeSides sides;
    private final FakeBases bases;
    private final Faults faults;
    private int open;

    public FakeScanner(FakeSides sides, FakeBases bases, Faults faults) {
        this.sides = sides;
        this.bases = bases;
        this.faults = faults;
    }

    /** Pages that were opened and not closed. */
    public int open() {
        return open;
    }

    @Override
    public List<CollectionInfo> collections(Side side) {
        faults.point("list");
        Set<String> names = new TreeSet<>(empty);
        names.addAll(kinds.keySet());
        sides.of(side).keySet().forEach(key -> names.add(key.collection()));
        return names.stream()
                .map(name -> new CollectionInfo(name, !kinds.containsKey(name), kinds.getOrDefault(name, "collection")))
                .toList();
    }

    @Override
    public long estimate(Side side, String collection) {
        faults.point("estimate");
        long there = sides.of(side).keySet().stream()
                .filter(key -> key.collection().equals(collection))
                .count();
        return estimates.getOrDefault(collection, there);
    }

    @Override
    public List<BsonValue> split(String collection, int ranges) {
        faults.point("split");
        return cuts.getOrDefault(collection, List.of());
    }

    @Override
    public Pages<Scanned> documents(Side side, String collection, Range range) {
        if (side == Side.LOCAL) {
            asked.add(collection + " "
                    + range.after().map(FakeScanner::words).orElse("")
                    + ".." + range.upTo().map(FakeScanner::words).orElse(""));
        }
        List<Scanned> found = new ArrayList<>();
        sides.of(side).forEach((key, doc) -> {
            if (isIn(key, collection, range)) {
                found.add(scanned(key, doc));
            }
        });
        return pages(found, Scanned::id);
    }

    private static String words(BsonValue id) {
        return String.valueOf(id.asNumber().intValue());
    }

    private static Scanned scanned(DocKey key, Doc doc) {
        return new Scanned(key.id(), doc.hash(), doc.meta());
    }

    @Override
    public Pages<ScannedBase> bases(String collection, Range range) {
        List<ScannedBase> found = new ArrayList<>();
        bases.records.forEach((key, record) -> {
            if (isIn(key, collection, range)) {
                found.add(new ScannedBase(key.id(), record));
            }
        });
        return pages(found, ScannedBase::id);
    }

    private static boolean isIn(DocKey key, String collection, Range range) {
        return key.collection().equals(collection)
                && range.after().stream().allMatch(after -> BsonOrder.INSTANCE.compare(key.id(), after) > 0)
                && range.upTo().stream().allMatch(upTo -> BsonOrder.INSTANCE.compare(key.id(), upTo) <= 0);
    }

    private <T> Pages<T> pages(List<T> found, Function<T, BsonValue> id) {
        List<T> rest = new ArrayList<>(found);
        rest.sort((a, b) -> BsonOrder.INSTANCE.compare(id.apply(a), id.apply(b)));
        open++;
        return new Pages<>() {
            @Override
            public List<T> next() {
                faults.point("page");
                List<T> page = List.copyOf(rest.subList(0, Math.min(PAGE, rest.size())));
                rest.subList(0, page.size()).clear();
                return page;
            }

            @Override
            public void close() {
                open--;
            }
        };
    }
}
