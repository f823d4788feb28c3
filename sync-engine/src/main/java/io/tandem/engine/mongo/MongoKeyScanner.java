package io.tandem.engine.mongo;

import io.tandem.engine.model.BsonOrder;
import io.tandem.engine.model.Names;
import io.tandem.engine.model.Side;
import io.tandem.engine.scan.KeyScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/** Reads whole collections in the simple order of {@code _id}, page by page. Thread-safe. */
final class MongoKeyScanner implements KeyScanner {
    /** Sampled values per range, so that the ranges come out about equal. */
    private static final int SAMPLES_PER_RANGE = 20;
    /** Below so many documents a range is not worth its threads, and sampling would read the whole collection. */
    private static final long SPLIT_FROM = 5_000;

    private final Link local;
    private final Link hub;
    private final Names names;
    private final Executor threads;

    /**
     * A scanner.
     *
     * @param threads fetch pages ahead
     */
    MongoKeyScanner(Link local, Link hub, Names names, Executor threads) {
        this.local = local;
        this.hub = hub;
        this.names = names;
        this.threads = threads;
    }

    private Link link(Side side) {
        return side == Side.LOCAL ? local : hub;
    }

    @Override
    public List<CollectionInfo> collections(Side side) {
        return link(side).call("list the collections", database -> {
            List<CollectionInfo> result = new ArrayList<>();
            database.listCollections(RawBsonDocument.class).forEach(info -> {
                String name = info.getString("name").getValue();
                if (names.isApplication(name)) {
                    String kind = kind(info);
                    result.add(new CollectionInfo(name, kind.equals("collection"), kind));
                }
            });
            return result;
        });
    }

    private static String kind(BsonDocument info) {
        String type = Values.text(info, "type").orElse("collection");
        BsonDocument options = info.getDocument("options", new BsonDocument());
        boolean capped = options.get("capped") instanceof BsonBoolean flag && flag.getValue();
        return capped ? "capped" : type;
    }

    @Override
    public long estimate(Side side, String collection) {
        return link(side).with(collection, "count", documents -> documents.estimatedDocumentCount());
    }

    @Override
    public List<BsonValue> split(String collection, int ranges) {
        long onLocal = estimate(Side.LOCAL, collection);
        long onHub = estimate(Side.HUB, collection);
        if (ranges < 2 || Math.max(onLocal, onHub) < SPLIT_FROM) {
            return List.of();
        }
        List<BsonValue> sample = sample(onHub > onLocal ? hub : local, collection, ranges * SAMPLES_PER_RANGE);
        sample.sort(BsonOrder.INSTANCE);
        List<BsonValue> cuts = new ArrayList<>();
        for (int i = 1; i < ranges; i++) {
            int at = (int) ((long) sample.size() * i / ranges);
            if (at < sample.size()) {
                BsonValue cut = sample.get(at);
                if (cuts.isEmpty() || BsonOrder.INSTANCE.compare(cuts.get(cuts.size() - 1), cut) < 0) {
                    cuts.add(cut);
                }
            }
        }
        return cuts;
    }

    private static List<BsonValue> sample(Link link, String collection, int size) {
        BsonDocument sample = new BsonDocument("$sample", new BsonDocument("size", new BsonInt32(size)));
        BsonDocument ids = new BsonDocument("$project", new BsonDocument("_id", new BsonInt32(1)));
        return link.with(collection, "sample", documents -> {
            List<BsonValue> result = new ArrayList<>();
            documents.aggregate(List.of(sample, ids)).forEach(found -> result.add(Values.id(found)));
            return result;
        });
    }

    @Override
    public Pages<Scanned> documents(Side side, String collection, Range range) {
        Link link = link(side);
        return isCollated(link, collection)
                ? new CollatedPages(link, collection, range, side == Side.HUB)
                : new ReadAhead<>(new DocumentPages(link, collection, range, side == Side.HUB), side, threads);
    }

    private static boolean isCollated(Link link, String collection) {
        BsonDocument filter = new BsonDocument("name", new BsonString(collection));
        RawBsonDocument info = link.call(
                "look up collection " + collection,
                database -> database.listCollections(RawBsonDocument.class)
                        .filter(filter)
                        .first());
        return info != null && CollectionTraits.isCollated(info);
    }

    @Override
    public Pages<ScannedBase> bases(String collection, Range range) {
        return new ReadAhead<>(new BasePages(local, names.state(), collection, range), Side.LOCAL, threads);
    }
}
