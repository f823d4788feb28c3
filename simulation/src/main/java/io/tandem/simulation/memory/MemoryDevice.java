package io.tandem.simulation.memory;

import io.tandem.engine.checkpoint.DeviceStore;
import io.tandem.engine.model.Side;
import io.tandem.engine.watch.Position;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.bson.BsonDocument;
import org.bson.BsonString;

/** A device's metadata: positions, notes and the lease. Any thread may call any method. */
public final class MemoryDevice implements DeviceStore {
    private final LongSupplier clock;
    private final Map<Side, Position> positions = new EnumMap<>(Side.class);
    private final Map<String, BsonDocument> notes = new TreeMap<>();
    private String owner = "";
    private long fence;
    private long expiresAt;

    /** @param clock the server's wall clock, milliseconds since the epoch */
    public MemoryDevice(LongSupplier clock) {
        this.clock = clock;
    }

    @Override
    public synchronized Optional<Position> position(Side side) {
        return Optional.ofNullable(positions.get(side));
    }

    @Override
    public synchronized boolean savePosition(Side side, Position position, boolean expectPresent) {
        if (expectPresent && !positions.containsKey(side)) {
            return false;
        }
        positions.put(side, position);
        return true;
    }

    @Override
    public synchronized void clearPosition(Side side) {
        positions.remove(side);
    }

    @Override
    public synchronized Optional<BsonDocument> note(String id) {
        return Optional.ofNullable(notes.get(id)).map(BsonDocument::clone);
    }

    @Override
    public synchronized void saveNote(String id, BsonDocument note) {
        BsonDocument copy = new BsonDocument("_id", new BsonString(id));
        note.forEach((name, value) -> {
            if (!name.equals("_id")) {
                copy.append(name, value);
            }
        });
        notes.put(id, copy);
    }

    @Override
    public synchronized void removeNote(String id) {
        notes.remove(id);
    }

    @Override
    public synchronized Lease acquire(String asker, Duration duration) {
        long now = clock.getAsLong();
        if (asker.equals(owner) && now < expiresAt) {
            expiresAt = now + duration.toMillis();
        } else if (now >= expiresAt) {
            owner = asker;
            fence++;
            expiresAt = now + duration.toMillis();
        }
        return new Lease(asker.equals(owner), fence, owner);
    }

    @Override
    public synchronized void release(String asker) {
        if (asker.equals(owner)) {
            expiresAt = clock.getAsLong();
        }
    }

    /** The fencing number of the last agent that took the lease. */
    public synchronized long fence() {
        return fence;
    }

    /** Who has or had the lease last. */
    public synchronized String owner() {
        return owner;
    }

    /** Names of all notes. */
    public synchronized java.util.Set<String> noteIds() {
        return java.util.Set.copyOf(notes.keySet());
    }
}
