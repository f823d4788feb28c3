package io.tandem.benchmarks.baseline;

import com.mongodb.client.MongoCollection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.bson.RawBsonDocument;

/** One cursor reads a collection, several threads do something with each batch of it. Immutable. */
record BatchThreads(int batchSize, int threads) {
    private static final int BATCH_BYTES = 16 * 1024 * 1024;

    /** Reads everything; returns how many documents when all batches were worked on. Blocking. */
    int forEachBatch(MongoCollection<RawBsonDocument> from, Consumer<List<RawBsonDocument>> work) {
        ExecutorService executor = Executors.newFixedThreadPool(threads, task -> new Thread(task, "baseline"));
        Semaphore room = new Semaphore(2 * threads);
        List<Future<?>> batches = new ArrayList<>();
        try {
            int read = 0;
            int bytes = 0;
            List<RawBsonDocument> batch = new ArrayList<>(batchSize);
            for (RawBsonDocument document : from.find().batchSize(batchSize)) {
                batch.add(document);
                bytes += document.getByteBuffer().remaining();
                read++;
                if (batch.size() == batchSize || bytes >= BATCH_BYTES) {
                    batches.add(submit(executor, room, List.copyOf(batch), work));
                    batch.clear();
                    bytes = 0;
                }
            }
            if (!batch.isEmpty()) {
                batches.add(submit(executor, room, List.copyOf(batch), work));
            }
            for (Future<?> done : batches) {
                done.get();
            }
            return read;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a baseline ran", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a baseline cannot carry a batch", e.getCause());
        } finally {
            executor.shutdown();
        }
    }

    private static Future<?> submit(
            ExecutorService executor, Semaphore room, List<RawBsonDocument> batch, Consumer<List<RawBsonDocument>> work)
            throws InterruptedException {
        room.acquire();
        return executor.submit(() -> {
            try {
                work.accept(batch);
            } finally {
                room.release();
            }
        });
    }
}
