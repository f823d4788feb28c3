package io.tandem.demo;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.Document;
import org.bson.types.ObjectId;

/**
 * Point-of-sale traffic on one replica: sales are made, changed and cancelled, prices and stock are edited, and now and then an
 * imported document. It knows nothing of Tandem. A thread of its own, started when created and closed once.
 */
final class Traffic implements AutoCloseable {
    static final String SALES = "sales";
    static final String MENU = "menu";
    private static final int KNOWN_SALES = 200;
    private static final int KNOWN_IMPORTS = 300;

    private final Replica replica;
    private final long pauseNanos;
    private final SplittableRandom random;
    private final AtomicLong changes = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final Deque<ObjectId> sales = new ArrayDeque<>();
    private final List<Import> imports = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closing;

    private record Import(String collection, BsonValue id) {}

    /**
     * @param perSecond changes per second, about
     */
    Traffic(Replica replica, int perSecond, long seed) {
        this.replica = replica;
        this.pauseNanos = 1_000_000_000L / perSecond;
        this.random = new SplittableRandom(seed);
        this.thread = new Thread(this::run, "demo-traffic-" + replica.name());
        thread.setDaemon(true);
        thread.start();
    }

    /** Changes made so far. */
    long changes() {
        return changes.get();
    }

    /** Changes that the database refused, for example while it was being stopped. */
    long failures() {
        return failures.get();
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closing) {
            try {
                learnImports();
                change();
                changes.incrementAndGet();
            } catch (MongoException e) {
                failures.incrementAndGet();
            }
            LockSupport.parkNanos(pauseNanos);
        }
    }

    private void learnImports() {
        if (!imports.isEmpty() || changes.get() % 50 != 49) {
            return;
        }
        for (String collection : replica.database().listCollectionNames()) {
            if (collection.startsWith("_") || collection.equals(SALES) || collection.equals(MENU)) {
                continue;
            }
            replica.database()
                    .getCollection(collection, BsonDocument.class)
                    .find()
                    .projection(new Document("_id", 1))
                    .limit(KNOWN_IMPORTS)
                    .forEach(d -> imports.add(
                            new Import(collection, Objects.requireNonNull(d.get("_id"), "every document has one"))));
        }
    }

    private void change() {
        int dice = random.nextInt(100);
        if (sales.isEmpty() || dice < 50) {
            sell();
        } else if (dice < 70) {
            sale(Updates.combine(Updates.set("status", "paid"), Updates.set("paidAt", Instant.now())));
        } else if (dice < 75) {
            collection().deleteOne(Filters.eq("_id", sales.removeFirst()));
        } else if (dice < 90 || imports.isEmpty()) {
            replica.database()
                    .getCollection(MENU)
                    .updateOne(Filters.eq("_id", 1 + random.nextInt(24)), Updates.inc("stock", -1));
        } else {
            Import known = imports.get(random.nextInt(imports.size()));
            replica.database()
                    .getCollection(known.collection(), BsonDocument.class)
                    .updateOne(
                            Filters.eq("_id", known.id()),
                            Updates.combine(
                                    Updates.set("reviewedBy", replica.name()),
                                    Updates.set("reviewedAt", Instant.now())));
        }
    }

    private void sell() {
        ObjectId id = new ObjectId();
        collection()
                .insertOne(new Document("_id", id)
                        .append("madeBy", replica.name())
                        .append("at", Instant.now())
                        .append("status", "open")
                        .append(
                                "lines",
                                List.of(new Document("item", 1 + random.nextInt(24))
                                        .append("quantity", 1 + random.nextInt(3)))));
        sales.addLast(id);
        if (sales.size() > KNOWN_SALES) {
            sales.removeFirst();
        }
    }

    private void sale(org.bson.conversions.Bson update) {
        collection().updateOne(Filters.eq("_id", sales.peekLast()), update);
    }

    private MongoCollection<Document> collection() {
        return replica.database().getCollection(SALES);
    }
}
