package io.tandem.engine.scan;

import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.BsonOrder;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.StateId;
import io.tandem.engine.scan.KeyScanner.Scanned;
import io.tandem.engine.status.Verification.CollectionResult;
import io.tandem.engine.status.Verification.Difference;
import java.util.ArrayList;
import java.util.List;

/** What a verification counted in a collection or in a range of one. One thread at a time. */
final class VerifyTally {
    private final VerifyRange.Order order;
    private long local;
    private long hub;
    private long equal;
    private long different;
    private long missingLocal;
    private long missingHub;
    private long pending;
    private long staleBase;
    private final List<Difference> samples = new ArrayList<>();

    VerifyTally(VerifyRange.Order order) {
        this.order = order;
    }

    /** Counts a row; returns whether it differs and has to be looked at again. */
    boolean take(Alignment.Row row) {
        local += row.local().isPresent() ? 1 : 0;
        hub += row.hub().isPresent() ? 1 : 0;
        ContentHash here = row.local().map(Scanned::hash).orElse(ContentHash.DELETED);
        ContentHash there = row.hub().map(Scanned::hash).orElse(ContentHash.DELETED);
        if (!here.equals(there)) {
            return true;
        }
        if (!here.isDeleted()) {
            equal++;
        }
        if (!row.base().state().orElse(StateId.NEVER).hash().equals(here)) {
            staleBase++;
        }
        return false;
    }

    /** Looked at again, it is the same on both sides. */
    void equal(boolean present) {
        equal += present ? 1 : 0;
    }

    /** Counts a key that differs for good. */
    void differs(DocKey key, boolean here, boolean there, BaseRecord base) {
        if (base.isOpen() || !isDifference(here)) {
            pending++;
            return;
        }
        String kind;
        if (!here) {
            missingLocal++;
            kind = "missing-local";
        } else if (!there) {
            missingHub++;
            kind = "missing-atlas";
        } else {
            different++;
            kind = "different";
        }
        if (samples.size() < order.request().listLimit()) {
            samples.add(new Difference(key.id(), kind));
        }
    }

    /** What is only sent may be missing here, and what stands still may differ. */
    private boolean isDifference(boolean here) {
        return switch (order.mode()) {
            case BOTH -> true;
            case PUSH_ONLY -> here;
            case OBSERVE, PAUSED -> false;
        };
    }

    private void keepTheFirstSamples() {
        samples.sort((a, b) -> BsonOrder.INSTANCE.compare(a.id(), b.id()));
        int limit = order.request().listLimit();
        if (samples.size() > limit) {
            samples.subList(limit, samples.size()).clear();
        }
    }

    /** Adds what another range of the same collection counted. */
    void add(VerifyTally other) {
        local += other.local;
        hub += other.hub;
        equal += other.equal;
        different += other.different;
        missingLocal += other.missingLocal;
        missingHub += other.missingHub;
        pending += other.pending;
        staleBase += other.staleBase;
        samples.addAll(other.samples);
        keepTheFirstSamples();
    }

    CollectionResult result() {
        return new CollectionResult(
                order.collection(),
                local,
                hub,
                equal,
                different,
                missingLocal,
                missingHub,
                pending,
                staleBase,
                samples);
    }
}
