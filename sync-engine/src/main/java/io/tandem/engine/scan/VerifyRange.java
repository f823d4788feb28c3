package io.tandem.engine.scan;

import io.tandem.engine.checkpoint.BaseStore;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.CollectionMode;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.HubState;
import io.tandem.engine.read.StateReader;
import io.tandem.engine.scan.KeyScanner.Range;
import io.tandem.engine.status.VerifyRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.bson.BsonValue;

/**
 * Compares one range of a collection. One thread; ends with {@link CancellationException} when it is interrupted.
 *
 * <p>Live traffic makes keys differ for a moment, so a key that differs is read again, several times with a pause, before it is reported.
 */
final class VerifyRange {
    private static final int RECHECK_BATCH = 500;
    private static final int RECHECKS = 4;
    private static final long RECHECK_PAUSE_MILLIS = 500;
    private static final int SAMPLE_STEPS = 10_000;

    private final KeyScanner scanner;
    private final StateReader reader;
    private final BaseStore bases;
    private final Order order;

    /**
     * What is to be verified of a collection.
     *
     * @param mode how it is synced
     * @param repair takes the keys that differ, if the request asks for repair
     */
    record Order(
            String collection,
            CollectionMode mode,
            VerifyRequest request,
            Consumer<DocKey> repair,
            VerifyProgress progress) {}

    VerifyRange(KeyScanner scanner, StateReader reader, BaseStore bases, Order order) {
        this.scanner = scanner;
        this.reader = reader;
        this.bases = bases;
        this.order = order;
    }

    VerifyTally compare(Range range) {
        VerifyTally tally = new VerifyTally(order);
        List<DocKey> suspects = new ArrayList<>();
        try (Alignment rows = new Alignment(scanner, order.collection(), range, true)) {
            for (Optional<Alignment.Row> row = rows.next(); row.isPresent(); row = rows.next()) {
                if (Thread.currentThread().isInterrupted()) {
                    throw interrupted();
                }
                if (!isSampled(row.get().id())) {
                    continue;
                }
                if (tally.take(row.get())) {
                    suspects.add(DocKey.of(order.collection(), row.get().id()));
                }
                order.progress().compared(order.collection());
                if (suspects.size() >= RECHECK_BATCH) {
                    recheck(suspects, tally);
                    suspects.clear();
                }
            }
        }
        recheck(suspects, tally);
        return tally;
    }

    private boolean isSampled(BsonValue id) {
        double percent = order.request().samplePercent();
        if (percent >= 100) {
            return true;
        }
        int hash = DocKey.of(order.collection(), id).hashCode();
        return Math.floorMod(hash * 0x9E3779B1, SAMPLE_STEPS) < percent / 100 * SAMPLE_STEPS;
    }

    private void recheck(List<DocKey> suspects, VerifyTally tally) {
        List<DocKey> open = List.copyOf(suspects);
        for (int round = 0; round < RECHECKS && !open.isEmpty(); round++) {
            if (round > 0) {
                pause();
            }
            open = lookAgain(open, tally, round == RECHECKS - 1);
        }
    }

    /** Returns the keys that differ still; the last time they are reported. */
    private List<DocKey> lookAgain(List<DocKey> open, VerifyTally tally, boolean last) {
        Map<DocKey, Doc> local = reader.readLocal(open);
        Map<DocKey, HubState> hub = reader.readHub(open);
        Map<DocKey, BaseRecord> base = bases.load(open);
        List<DocKey> still = new ArrayList<>();
        for (DocKey key : open) {
            Optional<Doc> here = Optional.ofNullable(local.get(key));
            Optional<Doc> there = hub.getOrDefault(key, HubState.EMPTY).doc();
            if (hash(here).equals(hash(there))) {
                tally.equal(here.isPresent());
            } else if (last) {
                report(key, here, there, base.getOrDefault(key, BaseRecord.NONE), tally);
            } else {
                still.add(key);
            }
        }
        return still;
    }

    private void report(DocKey key, Optional<Doc> here, Optional<Doc> there, BaseRecord base, VerifyTally tally) {
        order.progress().differs();
        tally.differs(key, here.isPresent(), there.isPresent(), base);
        if (order.request().repair()) {
            order.repair().accept(key);
        }
    }

    private static ContentHash hash(Optional<Doc> document) {
        return document.map(Doc::hash).orElse(ContentHash.DELETED);
    }

    private static void pause() {
        try {
            Thread.sleep(RECHECK_PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted();
        }
    }

    static CancellationException interrupted() {
        return new CancellationException("verification was interrupted");
    }
}
