package io.tandem.engine.mongo;

import io.tandem.engine.time.Ticker;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.RawBsonDocument;

/**
 * Which collections of one side compare strings in their own way. Thread-safe. An answer may be a minute old; nothing but
 * speed depends on it: a guard under the simple collation is right on every collection, only slow on a collated one, and one
 * under the collection's own is verified.
 */
final class CollectionTraits {
    private static final long FRESH_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** More collections than a database should have; beyond it answers are simply looked up again. */
    private static final int REMEMBERED = 10_000;

    private final Link link;
    private final Ticker ticker;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    CollectionTraits(Link link, Ticker ticker) {
        this.link = link;
        this.ticker = ticker;
    }

    /** Whether the collection has a collation other than the simple one. */
    boolean isCollated(String collection) {
        Answer known = answers.get(collection);
        long now = ticker.nanos();
        if (known != null && now - known.atNanos < FRESH_NANOS) {
            return known.collated;
        }
        boolean collated = look(collection);
        if (answers.size() >= REMEMBERED) {
            answers.clear();
        }
        answers.put(collection, new Answer(collated, now));
        return collated;
    }

    private boolean look(String collection) {
        BsonDocument filter = new BsonDocument("name", new BsonString(collection));
        RawBsonDocument info = link.call(
                "look up collection " + collection,
                database -> database.listCollections(RawBsonDocument.class)
                        .filter(filter)
                        .first());
        return info != null && isCollated(info);
    }

    /** Reads an entry of {@code listCollections}. */
    static boolean isCollated(BsonDocument info) {
        return info.get("options") instanceof BsonDocument options
                && options.get("collation") instanceof BsonDocument collation
                && !collation
                        .getString("locale", new BsonString("simple"))
                        .getValue()
                        .equals("simple");
    }

    private record Answer(boolean collated, long atNanos) {}
}
