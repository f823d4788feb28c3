package io.tandem.agent.service;

import com.mongodb.MongoException;
import com.mongodb.client.model.EstimatedDocumentCountOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Estimated document counts of one side, looked up in the background at most every few seconds while somebody asks. Any thread; asking never
 * blocks.
 */
final class SideCounts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SideCounts.class);
    private static final Duration FRESH = Duration.ofSeconds(5);
    private static final long COUNT_MILLIS = 2_000;
    private static final int COLLECTIONS_MAX = 500;

    private final DatabaseAccess access;
    private final Clock clock;
    private final ExecutorService worker;
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile Counts last = new Counts(Map.of(), Instant.EPOCH);

    private record Counts(Map<String, Long> byCollection, Instant at) {}

    SideCounts(DatabaseAccess access, Clock clock, String threadName) {
        this.access = access;
        this.clock = clock;
        this.worker = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The last known count; asks for fresh ones of all the given collections when it is old. */
    Optional<Long> of(String collection, Collection<String> all) {
        boolean old = Duration.between(last.at(), clock.instant()).compareTo(FRESH) > 0;
        if (old && running.compareAndSet(false, true)) {
            worker.execute(() -> refresh(all));
        }
        return Optional.ofNullable(last.byCollection().get(collection));
    }

    private void refresh(Collection<String> all) {
        Map<String, Long> counts = new TreeMap<>();
        try {
            for (String collection : all.stream().limit(COLLECTIONS_MAX).toList()) {
                counts.put(
                        collection,
                        access.database()
                                .getCollection(collection)
                                .estimatedDocumentCount(new EstimatedDocumentCountOptions()
                                        .maxTime(COUNT_MILLIS, TimeUnit.MILLISECONDS)));
            }
        } catch (MongoException | ServiceException unreachable) {
            counts.clear();
            LOG.debug("No counts of {} now", access.label(), unreachable);
        } finally {
            last = new Counts(Map.copyOf(counts), clock.instant());
            running.set(false);
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
