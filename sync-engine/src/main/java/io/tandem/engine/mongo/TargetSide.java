package io.tandem.engine.mongo;

import com.mongodb.client.MongoCollection;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.time.Ticker;
import io.tandem.engine.write.Outcome;
import io.tandem.engine.write.Swap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.bson.RawBsonDocument;

/** One side as a target of guarded writes. Thread-safe. */
final class TargetSide {
    /** Statements of one bulk. */
    private static final int STATEMENTS = 1000;
    /**
     * So many replaces and deletes where fields are merged go to the hub one by one, each with an outcome of its own. On a device, where
     * nothing that is stored tells who wrote it, all do.
     */
    private static final int ALONE = 16;
    /** How many of those travel at the same time on a device, so that waiting for the journal is shared. */
    private static final int LANES = 6;
    /** Bytes of one bulk, seen and next documents together, below a message's 48 MB. */
    private static final long BULK_BYTES = 40L * 1024 * 1024;
    /** What a server stores at most. */
    private static final int DOCUMENT_BYTES = 16 * 1024 * 1024;

    private final Link link;
    private final CollectionTraits traits;
    private final BiConsumer<DocKey, Doc> unplaced;
    private final Consumer<List<Runnable>> lanes;
    /** Local documents come from the hub, whose validators have passed them; until the server says that we may not. */
    private volatile boolean bypassesValidation;

    /**
     * A side.
     *
     * @param unplaced takes a document that was overwritten unseen and could not be put back
     * @param lanes runs tasks, together or one after the other, until all are done
     */
    TargetSide(Link link, Ticker ticker, BiConsumer<DocKey, Doc> unplaced, Consumer<List<Runnable>> lanes) {
        this.link = link;
        this.traits = new CollectionTraits(link, ticker);
        this.unplaced = unplaced;
        this.lanes = lanes;
        this.bypassesValidation = link.side() == Side.LOCAL;
    }

    Link link() {
        return link;
    }

    boolean bypassesValidation() {
        return bypassesValidation;
    }

    /** The role does not allow it. */
    void stopBypassing() {
        bypassesValidation = false;
    }

    /** Carries out swaps of one collection; one outcome for each, in order. */
    List<Outcome> swap(String collection, List<Swap> swaps) {
        return link.with(collection, "write documents of", documents -> swap(documents, swaps));
    }

    private List<Outcome> swap(MongoCollection<RawBsonDocument> collection, List<Swap> swaps) {
        boolean collated = swaps.stream()
                        .anyMatch(s -> s.seen().isPresent()
                                && SwapStatements.isCollatable(s.key().id()))
                && traits.isCollated(collection.getNamespace().getCollectionName());
        boolean oneByOne = link.side() == Side.LOCAL
                || swaps.stream().filter(TargetSide::isJudgedTogether).count() <= ALONE;
        Outcome[] outcomes = new Outcome[swaps.size()];
        Bulk others = new Bulk(collection, outcomes);
        Bulk merging = new Bulk(collection, outcomes);
        List<Runnable> singles = new ArrayList<>();
        for (int i = 0; i < swaps.size(); i++) {
            Swap swap = swaps.get(i);
            int nextBytes =
                    swap.next().map(next -> next.getByteBuffer().remaining()).orElse(0);
            if (nextBytes > DOCUMENT_BYTES) {
                outcomes[i] = new Outcome.Refused(
                        FaultCode.TOO_LARGE,
                        "the document has " + nextBytes + " bytes; a server stores " + DOCUMENT_BYTES);
                continue;
            }
            if (swap.seen().isEmpty() && swap.next().isEmpty()) {
                throw new IllegalArgumentException(
                        "a swap of nothing for nothing in " + swap.key().collection());
            }
            int sentBytes = SwapStatements.sentBytes(swap);
            boolean byOwnCollation =
                    collated && SwapStatements.isCollatable(swap.key().id());
            Optional<Guard> guard =
                    swap.seen().map(seen -> Guard.of(swap.key(), seen, sentBytes, link.wireVersion(), byOwnCollation));
            if (guard.isPresent() && !guard.get().isExact()) {
                outcomes[i] = exchange(collection, swap, byOwnCollation);
            } else if (oneByOne && isJudgedTogether(swap)) {
                int index = i;
                SwapBatch single = new SwapBatch(this, collection, List.of(swap), List.of(guard));
                singles.add(() -> outcomes[index] = single.run().get(0));
            } else {
                Bulk fitting = swap.isMerging() ? merging : others;
                fitting.add(
                        i, swap, guard, sentBytes + swap.seen().map(Doc::size).orElse(0));
            }
        }
        others.flush();
        merging.flush();
        inLanes(singles);
        return List.of(outcomes);
    }

    private void inLanes(List<Runnable> singles) {
        int each = Math.max(1, (singles.size() + LANES - 1) / LANES);
        lanes.accept(Values.parts(singles, each).stream()
                .<Runnable>map(lane -> () -> lane.forEach(Runnable::run))
                .toList());
    }

    /** Whether a bulk would say of it only how many such matched, and that is not enough. */
    private static boolean isJudgedTogether(Swap swap) {
        return swap.isMerging() && swap.seen().isPresent();
    }

    private Outcome exchange(MongoCollection<RawBsonDocument> collection, Swap swap, boolean byOwnCollation) {
        try {
            return exchange(collection, swap, byOwnCollation, bypassesValidation);
        } catch (RuntimeException failure) {
            if (bypassesValidation && DriverFaults.hasCode(failure, DriverFaults.UNAUTHORIZED)) {
                stopBypassing();
                return exchange(collection, swap, byOwnCollation, false);
            }
            if (DriverFaults.mayBeOneDocument(failure)) {
                return DriverFaults.refusal(failure);
            }
            throw failure;
        }
    }

    private Outcome exchange(
            MongoCollection<RawBsonDocument> collection, Swap swap, boolean byOwnCollation, boolean bypass) {
        return new Exchange(
                        collection,
                        swap.key(),
                        link.wireVersion(),
                        byOwnCollation,
                        bypass,
                        document -> unplaced.accept(swap.key(), document))
                .run(swap);
    }

    /** Collects statements until a bulk is full. Used by one thread. */
    private final class Bulk {
        private final MongoCollection<RawBsonDocument> collection;
        private final Outcome[] outcomes;
        private final List<Integer> indexes = new ArrayList<>();
        private final List<Swap> swaps = new ArrayList<>();
        private final List<Optional<Guard>> guards = new ArrayList<>();
        private long bytes;

        Bulk(MongoCollection<RawBsonDocument> collection, Outcome[] outcomes) {
            this.collection = collection;
            this.outcomes = outcomes;
        }

        void add(int index, Swap swap, Optional<Guard> guard, int size) {
            if (swaps.size() >= STATEMENTS || bytes + size > BULK_BYTES) {
                flush();
            }
            indexes.add(index);
            swaps.add(swap);
            guards.add(guard);
            bytes += size;
        }

        void flush() {
            if (swaps.isEmpty()) {
                return;
            }
            List<Outcome> results =
                    new SwapBatch(TargetSide.this, collection, List.copyOf(swaps), List.copyOf(guards)).run();
            for (int i = 0; i < results.size(); i++) {
                outcomes[indexes.get(i)] = results.get(i);
            }
            indexes.clear();
            swaps.clear();
            guards.clear();
            bytes = 0;
        }
    }
}
