package io.tandem.benchmarks.baseline;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.InsertManyOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.bson.RawBsonDocument;

/**
 * Copies a collection: one cursor reads, several threads insert, and nothing else. Immutable.
 *
 * @param batchSize documents read and inserted together
 * @param writers threads that insert
 */
public record RawCopy(int batchSize, int writers) {
    /** As many as an engine has workers. */
    public static final int WRITERS = 4;

    private static final int BATCH_BYTES = 16 * 1024 * 1024;

    /** Copies; returns how many documents. Blocking. */
    public int copy(MongoDatabase from, MongoDatabase to, String collection) {
        ExecutorService threads = Executors.newFixedThreadPool(writers, task -> new Thread(task, "raw-copy"));
        Semaphore room = new Semaphore(2 * writers);
        List<Future<?>> writes = new ArrayList<>();
        MongoCollection<RawBsonDocument> target = to.getCollection(collection, RawBsonDocument.class);
        try {
            int copied = 0;
            int bytes = 0;
            List<RawBsonDocument> batch = new ArrayList<>(batchSize);
            for (RawBsonDocument document :
                    from.getCollection(collection, RawBsonDocument.class).find().batchSize(batchSize)) {
                batch.add(document);
                bytes += document.getByteBuffer().remaining();
                copied++;
                if (batch.size() == batchSize || bytes >= BATCH_BYTES) {
                    writes.add(submit(threads, room, target, List.copyOf(batch)));
                    batch.clear();
                    bytes = 0;
                }
            }
            if (!batch.isEmpty()) {
                writes.add(submit(threads, room, target, List.copyOf(batch)));
            }
            for (Future<?> write : writes) {
                write.get();
            }
            return copied;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while copying", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot insert a batch", e.getCause());
        } finally {
            threads.shutdown();
        }
    }

    private static Future<?> submit(
            ExecutorService threads,
            Semaphore room,
            MongoCollection<RawBsonDocument> target,
            List<RawBsonDocument> batch)
            throws InterruptedException {
        room.acquire();
        return threads.submit(() -> {
            try {
                target.insertMany(batch, new InsertManyOptions().ordered(false));
            } finally {
                room.release();
            }
        });
    }
}
