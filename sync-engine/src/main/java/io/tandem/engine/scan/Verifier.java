package io.tandem.engine.scan;

import io.tandem.engine.checkpoint.BaseStore;
import io.tandem.engine.model.CollectionMode;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.read.StateReader;
import io.tandem.engine.scan.KeyScanner.CollectionInfo;
import io.tandem.engine.scan.KeyScanner.Range;
import io.tandem.engine.status.Verification;
import io.tandem.engine.status.Verification.CollectionResult;
import io.tandem.engine.status.VerifyRequest;
import io.tandem.engine.time.Ticker;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.bson.BsonValue;

/**
 * Compares both sides by content, in constant memory and beside live traffic. Writes nothing. Thread-safe.
 *
 * <p>A large collection is cut into ranges of its keys, which are compared side by side; the threads for that end with the verification.
 */
public final class Verifier {

    /** Ranges compared at once: as many as a resync, which servers are known to bear beside their other work. */
    private static final int RANGES = 4;

    private static final long DOCUMENTS_PER_RANGE_MIN = 1_000;

    private final KeyScanner scanner;
    private final StateReader reader;
    private final BaseStore bases;
    private final Ticker ticker;

    public Verifier(KeyScanner scanner, StateReader reader, BaseStore bases, Ticker ticker) {
        this.scanner = scanner;
        this.reader = reader;
        this.bases = bases;
        this.ticker = ticker;
    }

    /**
     * Verifies. Blocking; ends early with {@link CancellationException} when the thread is interrupted.
     *
     * @param modes how a collection is synced, so what counts as a difference
     * @param repair takes the keys that differ, if repair was asked for; called from several threads
     */
    public Verification verify(VerifyRequest request, Function<String, CollectionMode> modes, Consumer<DocKey> repair) {
        List<String> names = names(request);
        long total = 0;
        for (String name : names) {
            total += documents(name);
        }
        VerifyProgress progress = new VerifyProgress(request.progress(), total, ticker);
        AtomicInteger number = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(RANGES, task -> {
            Thread thread = new Thread(task, "tandem-verify-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<CollectionResult> results = new ArrayList<>();
            for (String name : names) {
                VerifyRange.Order order = new VerifyRange.Order(name, modes.apply(name), request, repair, progress);
                results.add(collection(order, threads));
            }
            return new Verification(results);
        } finally {
            threads.shutdownNow();
        }
    }

    private List<String> names(VerifyRequest request) {
        Set<String> names = new TreeSet<>();
        Set<String> skipped = new LinkedHashSet<>();
        for (Side side : Side.values()) {
            for (CollectionInfo info : scanner.collections(side)) {
                (info.syncable() ? names : skipped).add(info.name());
            }
        }
        names.removeAll(skipped);
        request.collection().ifPresent(only -> names.removeIf(name -> !name.equals(only)));
        return List.copyOf(names);
    }

    private long documents(String name) {
        return Math.max(scanner.estimate(Side.LOCAL, name), scanner.estimate(Side.HUB, name));
    }

    private CollectionResult collection(VerifyRange.Order order, ExecutorService threads) {
        CompletionService<VerifyTally> done = new ExecutorCompletionService<>(threads);
        List<Range> ranges = cut(order.collection());
        for (Range range : ranges) {
            done.submit(() -> new VerifyRange(scanner, reader, bases, order).compare(range));
        }
        VerifyTally tally = new VerifyTally(order);
        try {
            for (int i = 0; i < ranges.size(); i++) {
                tally.add(done.take().get());
            }
            return tally.result();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw VerifyRange.interrupted();
        } catch (ExecutionException failed) {
            throw rethrown(failed);
        }
    }

    private static RuntimeException rethrown(ExecutionException failed) {
        Throwable cause = failed.getCause();
        if (cause instanceof RuntimeException unchecked) {
            return unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(cause);
    }

    private List<Range> cut(String collection) {
        long documents = documents(collection);
        if (documents < 2 * DOCUMENTS_PER_RANGE_MIN) {
            return List.of(Range.ALL);
        }
        List<Range> ranges = new ArrayList<>();
        Optional<BsonValue> after = Optional.empty();
        for (BsonValue cut : scanner.split(collection, (int) Math.min(RANGES, documents / DOCUMENTS_PER_RANGE_MIN))) {
            ranges.add(new Range(after, Optional.of(cut)));
            after = Optional.of(cut);
        }
        ranges.add(new Range(after, Optional.empty()));
        return ranges;
    }
}
