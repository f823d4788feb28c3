package io.tandem.contract.sync;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.UpdateOptions;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * An application on one side that inserts, updates and deletes documents of its own, and updates some that both sides share. It
 * remembers what it last wrote to its own, so that a test can tell whether any write went missing. A thread of its own, started
 * when created; a write that fails ends it, and {@link #finish} says so.
 */
final class Traffic implements AutoCloseable {
    /** The collection with documents that only one side writes. */
    static final String OWN = "own";
    /** The collection with documents that both sides write. */
    static final String SHARED = "shared";

    private static final int SHARED_DOCUMENTS = 10;
    private static final long PAUSE_NANOS = 10_000_000;

    private final MongoDatabase database;
    private final String name;
    private final Thread thread;
    private final Map<String, Integer> own = new TreeMap<>(); // of the thread, until it has ended
    private final AtomicLong changes = new AtomicLong();
    private volatile boolean closing;
    private volatile @Nullable RuntimeException failure;

    Traffic(MongoDatabase database, String name, long seed) {
        this.database = database;
        this.name = name;
        this.thread = new Thread(() -> run(new SplittableRandom(seed)), "traffic-" + name);
        thread.start();
    }

    private void run(SplittableRandom random) {
        try {
            int next = 0;
            while (!closing) {
                int dice = random.nextInt(10);
                if (dice < 4) {
                    set(name + "-" + next++);
                } else if (dice < 8) {
                    set(name + "-" + random.nextInt(Math.max(1, next)));
                } else if (dice == 8) {
                    remove(name + "-" + random.nextInt(Math.max(1, next)));
                } else {
                    share(random.nextInt(SHARED_DOCUMENTS));
                }
                changes.incrementAndGet();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (RuntimeException failed) {
            failure = failed;
        }
    }

    private MongoCollection<Document> collection(String collection) {
        return database.getCollection(collection);
    }

    private void set(String id) {
        int value = own.getOrDefault(id, 0) + 1;
        upsert(OWN, id, new Document("value", value));
        own.put(id, value);
    }

    private void remove(String id) {
        collection(OWN).deleteOne(new Document("_id", id));
        own.remove(id);
    }

    private void share(int id) {
        upsert(SHARED, id, new Document("by", name).append("number", changes.get()));
    }

    private void upsert(String into, Object id, Document fields) {
        collection(into)
                .updateOne(new Document("_id", id), new Document("$set", fields), new UpdateOptions().upsert(true));
    }

    /** Changes made so far. */
    long changes() {
        return changes.get();
    }

    /** Ends the traffic; returns what this side's own documents must contain everywhere. */
    Map<String, Integer> finish() throws InterruptedException {
        closing = true;
        thread.join();
        RuntimeException failed = failure;
        if (failed != null) {
            throw failed;
        }
        return Map.copyOf(own);
    }

    @Override
    public void close() {
        closing = true;
    }
}
