package io.tandem.engine.run;

import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.Side;
import io.tandem.engine.scan.KeyScanner;
import io.tandem.engine.scan.KeyScanner.CollectionInfo;
import io.tandem.engine.status.Problem.Severity;
import io.tandem.engine.time.Ticker;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The collections of both sides as last listed. Those that cannot be synced (views and the like) are named once and left alone
 * on both sides. Thread-safe.
 */
final class Catalog {
    private static final Duration FRESH = Duration.ofSeconds(30);

    private final KeyScanner scanner;
    private final Ticker ticker;
    private final Problems problems;
    private final Notices notices;
    private final Map<Side, Map<String, CollectionInfo>> listed = new EnumMap<>(Side.class); // guarded by this
    private final Map<Side, Long> listedNanos = new EnumMap<>(Side.class); // guarded by this

    Catalog(KeyScanner scanner, Ticker ticker, Problems problems, Notices notices) {
        this.scanner = scanner;
        this.ticker = ticker;
        this.problems = problems;
        this.notices = notices;
    }

    /** Lists a side again if that was long ago. Blocking. */
    void refresh(Side side) {
        synchronized (this) {
            Long last = listedNanos.get(side);
            if (last != null && ticker.nanos() - last < FRESH.toNanos()) {
                return;
            }
        }
        list(side);
    }

    /** Whether a collection can be synced; one that was never listed is looked up on the side that reported it. Blocking. */
    boolean isSyncable(Side reportedBy, String collection) {
        synchronized (this) {
            if (listed.getOrDefault(reportedBy, Map.of()).containsKey(collection)) {
                return isOrdinary(collection);
            }
        }
        try {
            list(reportedBy);
        } catch (SyncException e) {
            return true; // the feed that asks will meet the same failure and report it
        }
        synchronized (this) {
            return isOrdinary(collection);
        }
    }

    /** Whether nothing that was listed speaks against syncing a collection. */
    synchronized boolean isOrdinary(String collection) {
        return listed.values().stream()
                .map(names -> names.get(collection))
                .allMatch(info -> info == null || info.syncable());
    }

    /** What kind of thing a collection is that is left alone on either side, since it cannot be synced; empty when it can. */
    synchronized Optional<String> kindLeftAlone(String collection) {
        return listed.values().stream()
                .flatMap(names -> Optional.ofNullable(names.get(collection)).stream())
                .filter(info -> !info.syncable())
                .map(CollectionInfo::kind)
                .findFirst();
    }

    /** All names listed on either side. */
    synchronized Set<String> names() {
        Set<String> names = new TreeSet<>();
        listed.values().forEach(side -> names.addAll(side.keySet()));
        return names;
    }

    private void list(Side side) {
        Map<String, CollectionInfo> names = new TreeMap<>();
        for (CollectionInfo info : scanner.collections(side)) {
            names.put(info.name(), info);
            if (!info.syncable()) {
                String detail = "The collection '" + info.name() + "' is left alone (" + info.kind() + ").";
                if (problems.raise(FaultCode.SKIPPED_COLLECTION, Severity.NOTICE, info.name(), detail)) {
                    notices.tell("skipped-collection", detail);
                }
            }
        }
        synchronized (this) {
            listed.put(side, names);
            listedNanos.put(side, ticker.nanos());
        }
    }
}
