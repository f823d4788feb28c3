package io.tandem.engine.dirty;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The low-watermark of one ordered source: the furthest place up to which everything found is settled. Thread-safe.
 *
 * <p>Places are kept in the order in which they were passed; runs of settled ones are one entry, so memory is bounded by what
 * is unsettled, and by {@code limit}.
 *
 * @param <P> a place, for example a resume token or an {@code _id}
 */
public final class Watermark<P> {
    private final class Slot implements Ticket {
        private P place;
        private boolean settled;

        Slot(P place, boolean settled) {
            this.place = place;
            this.settled = settled;
        }

        @Override
        public void settle() {
            Watermark.this.settle(this);
        }

        @Override
        public Object source() {
            return Watermark.this;
        }
    }

    private final int limit;
    private final Deque<Slot> slots = new ArrayDeque<>(); // guarded by this
    private Optional<P> reached = Optional.empty(); // guarded by this

    /**
     * @param limit entries kept at most before {@link #isFull()}
     */
    public Watermark(int limit) {
        this.limit = limit;
    }

    /** Passes a place at which something was found; the watermark waits before it until the ticket is settled. */
    public synchronized Ticket pass(P place) {
        Slot slot = new Slot(place, false);
        slots.addLast(slot);
        return slot;
    }

    /** Passes a place at which there was nothing to do. */
    public synchronized void passIdle(P place) {
        if (slots.isEmpty()) {
            reached = Optional.of(place);
        } else if (slots.getLast().settled) {
            slots.getLast().place = place;
        } else {
            slots.addLast(new Slot(place, true));
        }
    }

    /** The watermark; empty when not even the first place is settled. */
    public synchronized Optional<P> reached() {
        return reached;
    }

    /** Whether everything passed is settled. */
    public synchronized boolean isSettled() {
        return slots.isEmpty();
    }

    /** Whether the source should wait until more is settled. */
    public synchronized boolean isFull() {
        return slots.size() >= limit;
    }

    private synchronized void settle(Slot slot) {
        slot.settled = true;
        while (!slots.isEmpty() && slots.getFirst().settled) {
            reached = Optional.of(slots.removeFirst().place);
        }
    }
}
