package io.tandem.simulation.memory;

import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.BsonOrder;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.Side;
import io.tandem.engine.scan.KeyScanner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bson.BsonValue;

/** Scans collections page by page; each page sees the collection as it is then, as a cursor does. */
public final class MemoryScanner implements KeyScanner {
    private static final int PAGE = 8;

    private final MemoryDatabase local;
    private final MemoryDatabase hub;
    private final MemoryBases bases;

    public MemoryScanner(MemoryDatabase local, MemoryDatabase hub, MemoryBases bases) {
        this.local = local;
        this.hub = hub;
        this.bases = bases;
    }

    private MemoryDatabase database(Side side) {
        return side == Side.LOCAL ? local : hub;
    }

    @Override
    public List<CollectionInfo> collections(Side side) {
        MemoryDatabase database = database(side);
        return database.names().stream()
                .map(name -> {
                    String kind = database.kind(name);
                    return new CollectionInfo(name, kind.equals("collection"), kind);
                })
                .toList();
    }

    @Override
    public long estimate(Side side, String collection) {
        return database(side).count(collection);
    }

    @Override
    public List<BsonValue> split(String collection, int ranges) {
        MemoryDatabase larger = local.count(collection) > hub.count(collection) ? local : hub;
        List<BsonValue> ids = List.copyOf(larger.documents(collection).keySet());
        List<BsonValue> cuts = new ArrayList<>();
        for (int i = 1; i < ranges && !ids.isEmpty(); i++) {
            BsonValue cut = ids.get((int) ((long) ids.size() * i / ranges));
            if (cuts.isEmpty() || !cuts.get(cuts.size() - 1).equals(cut)) {
                cuts.add(cut);
            }
        }
        return cuts;
    }

    @Override
    public Pages<Scanned> documents(Side side, String collection, Range range) {
        MemoryDatabase database = database(side);
        Function<Map.Entry<BsonValue, Doc>, Scanned> reduce = e -> new Scanned(
                e.getKey(), e.getValue().hash(), side == Side.HUB ? e.getValue().meta() : Optional.empty());
        return new MemoryPages<>(() -> database.documents(collection), reduce, range);
    }

    @Override
    public Pages<ScannedBase> bases(String collection, Range range) {
        Function<Map.Entry<BsonValue, BaseRecord>, ScannedBase> reduce = e -> {
            BaseRecord record = e.getValue();
            return new ScannedBase(
                    e.getKey(),
                    new BaseRecord(record.state(), Optional.empty(), record.intent(), record.pushing(), record.mark()));
        };
        return new MemoryPages<>(() -> bases.collection(collection), reduce, range);
    }

    private static final class MemoryPages<S, T> implements Pages<T> {
        private final Supplier<NavigableMap<BsonValue, S>> source;
        private final Function<Map.Entry<BsonValue, S>, T> reduce;
        private final Optional<BsonValue> upTo;
        private Optional<BsonValue> after;

        MemoryPages(
                Supplier<NavigableMap<BsonValue, S>> source, Function<Map.Entry<BsonValue, S>, T> reduce, Range range) {
            this.source = source;
            this.reduce = reduce;
            this.after = range.after();
            this.upTo = range.upTo();
        }

        @Override
        public List<T> next() {
            NavigableMap<BsonValue, S> rest = source.get();
            if (after.isPresent()) {
                rest = rest.tailMap(after.get(), false);
            }
            if (upTo.isPresent()) {
                boolean empty = after.isPresent() && BsonOrder.INSTANCE.compare(after.get(), upTo.get()) >= 0;
                rest = empty ? Collections.emptyNavigableMap() : rest.headMap(upTo.get(), true);
            }
            List<T> page = new ArrayList<>();
            for (Map.Entry<BsonValue, S> entry : rest.entrySet()) {
                page.add(reduce.apply(entry));
                after = Optional.of(entry.getKey());
                if (page.size() == PAGE) {
                    break;
                }
            }
            return page;
        }

        @Override
        public void close() {
            // nothing to give back
        }
    }
}
