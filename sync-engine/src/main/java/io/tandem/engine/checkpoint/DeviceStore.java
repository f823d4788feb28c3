package io.tandem.engine.checkpoint;

import io.tandem.engine.model.Side;
import io.tandem.engine.watch.Position;
import java.time.Duration;
import java.util.Optional;
import org.bson.BsonDocument;

/**
 * The small documents in the local collection {@code _sync_metadata}. Thread-safe, blocking; throws
 * {@link io.tandem.engine.fault.SyncException} with {@code LOCAL_UNREACHABLE}.
 */
public interface DeviceStore {
    /** Where a side's feed goes on: {@code atlas-resume-token} for the hub, {@code local-resume-token} for the device. */
    Optional<Position> position(Side side);

    /**
     * Saves it.
     *
     * @param expectPresent whether one is known to be stored; if somebody removed it, nothing is saved
     * @return whether it was saved
     */
    boolean savePosition(Side side, Position position, boolean expectPresent);

    /** Removes it, so that the next start resyncs. */
    void clearPosition(Side side);

    /** One of the other documents. */
    Optional<BsonDocument> note(String id);

    /** Stores one; its {@code _id} is set to {@code id}. */
    void saveNote(String id, BsonDocument note);

    void removeNote(String id);

    /**
     * Takes or renews the lease by the local server's clock.
     *
     * @param owner this agent, unique among all running ones
     * @param duration until it ends unless renewed
     */
    Lease acquire(String owner, Duration duration);

    /** Gives the lease back, if this owner has it. */
    void release(String owner);

    /**
     * The state of the lease after an attempt to take it.
     *
     * @param held whether the asker has it now
     * @param fence grows by one whenever the lease changes hands
     * @param owner who has it
     */
    record Lease(boolean held, long fence, String owner) {}
}
