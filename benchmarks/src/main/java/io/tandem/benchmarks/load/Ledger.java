package io.tandem.benchmarks.load;

import io.tandem.benchmarks.lab.Waiting;
import io.tandem.benchmarks.report.Sample;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/**
 * When each change was made and when it was seen elsewhere. Thread-safe. Changes are numbered from 1. Of several changes of one document
 * only the last must arrive; what was overtaken may never be seen.
 */
public final class Ledger {
    /** No number is written twice in a process: a document that stays as it is makes no event. */
    private static final AtomicInteger WRITTEN = new AtomicInteger();

    private final int offset;
    private final AtomicLongArray made;
    private final AtomicLongArray seen;
    private final AtomicIntegerArray lastOfKey;

    /**
     * An empty ledger.
     *
     * @param changes how many there will be
     * @param keys how many documents there are
     */
    public Ledger(int changes, int keys) {
        this(WRITTEN.getAndAdd(changes), changes + 1, keys);
    }

    /** What is written into a document for a change. */
    int numberOf(int change) {
        return offset + change;
    }

    /** A change is about to be made. */
    void making(int change, int key) {
        made.set(change, System.nanoTime());
        lastOfKey.accumulateAndGet(key, change, Math::max);
    }

    /** An empty ledger of the same changes, for another place where they are to be seen. */
    public Ledger sibling() {
        return new Ledger(offset, made.length(), lastOfKey.length());
    }

    private Ledger(int offset, int length, int keys) {
        this.offset = offset;
        this.made = new AtomicLongArray(length);
        this.seen = new AtomicLongArray(length);
        this.lastOfKey = new AtomicIntegerArray(keys);
    }

    /** Takes over what was made according to another ledger of the same size. */
    public void copyMade(Ledger other) {
        if (other.offset != offset) {
            throw new IllegalArgumentException("the other ledger is about other changes");
        }
        for (int change = 0; change < made.length(); change++) {
            made.set(change, other.made.get(change));
        }
        for (int key = 0; key < lastOfKey.length(); key++) {
            lastOfKey.set(key, other.lastOfKey.get(key));
        }
    }

    /** A change was seen; only the first time counts. Other numbers than those of this ledger are of no concern. */
    void saw(int number) {
        int change = number - offset;
        if (change > 0 && change < seen.length()) {
            seen.compareAndSet(change, 0, System.nanoTime());
        }
    }

    /** Waits until the last change of every document was seen. To be called when all have been made. */
    public void awaitAll() {
        int[] open = IntStream.range(0, lastOfKey.length())
                .map(lastOfKey::get)
                .filter(change -> change > 0)
                .toArray();
        Waiting.until("all changes arrive", () -> Arrays.stream(open).allMatch(change -> seen.get(change) != 0));
    }

    /** Seconds from the first change until the last one was seen. */
    public double seconds() {
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (int change = 1; change < made.length(); change++) {
            if (made.get(change) != 0) {
                first = Math.min(first, made.get(change));
            }
            if (seen.get(change) != 0) {
                last = Math.max(last, seen.get(change));
            }
        }
        return Math.max(1e-6, (last - first) / 1e9);
    }

    /** Milliseconds from making to seeing of each change that was seen. */
    public double[] latencies() {
        return IntStream.range(1, made.length())
                .filter(change -> made.get(change) != 0 && seen.get(change) != 0)
                .mapToDouble(change -> Math.max(0, seen.get(change) - made.get(change)) / 1e6)
                .toArray();
    }

    /** Median, 99th percentile and maximum of the latencies, in milliseconds; empty when nothing was seen. */
    public Optional<Latency> latency() {
        double[] millis = latencies();
        return millis.length == 0
                ? Optional.empty()
                : Optional.of(new Latency(
                        Sample.median(millis),
                        Sample.percentile(millis, 0.99),
                        Arrays.stream(millis).max().orElseThrow()));
    }

    /**
     * In milliseconds.
     *
     * @param median half are faster
     * @param p99 99 of 100 are faster
     * @param max the slowest
     */
    public record Latency(double median, double p99, double max) {}
}
