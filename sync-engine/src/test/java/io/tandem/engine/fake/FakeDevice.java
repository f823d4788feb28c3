package io.tandem.engine.fake;

import io.tandem.engine.checkpoint.DeviceStore;
import io.tandem.engine.model.Side;
import io.tandem.engine.watch.Position;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;

/** The device's metadata in memory. */
public final class FakeDevice implements DeviceStore {
    public final Map<Side, Position> positions = new EnumMap<>(Side.class);
    public final Map<String, BsonDocument> notes = new HashMap<>();
    /** The server's clock, by which the lease runs. */
    public final HandClock server = new HandClock();

    private final Faults faults;
    private String owner = "";
    private long fence;
    private long leaseEndMillis;
    private Runnable whileSaving = () -> {};
    private int writes;

    public FakeDevice(Faults faults) {
        this.faults = faults;
    }

    /** Happens once, between the moment a note's content was fixed and the moment it is stored. */
    public void onceWhileSaving(Runnable action) {
        whileSaving = action;
    }

    /** How often something was written. */
    public int writes() {
        return writes;
    }

    @Override
    public Optional<Position> position(Side side) {
        return Optional.ofNullable(positions.get(side));
    }

    @Override
    public boolean savePosition(Side side, Position position, boolean expectPresent) {
        faults.point("save position");
        if (expectPresent && !positions.containsKey(side)) {
            return false;
        }
        writes++;
        positions.put(side, position);
        return true;
    }

    @Override
    public void clearPosition(Side side) {
        faults.point("clear position");
        positions.remove(side);
    }

    @Override
    public Optional<BsonDocument> note(String id) {
        return Optional.ofNullable(notes.get(id));
    }

    @Override
    public void saveNote(String id, BsonDocument note) {
        Runnable action = whileSaving;
        whileSaving = () -> {};
        action.run();
        faults.point("save note");
        writes++;
        notes.put(id, note);
    }

    @Override
    public void removeNote(String id) {
        faults.point("remove note");
        writes++;
        notes.remove(id);
    }

    @Override
    public Lease acquire(String asker, Duration duration) {
        faults.point("acquire");
        boolean others = !owner.equals(asker);
        if (others && server.millis() < leaseEndMillis) {
            return new Lease(false, fence, owner);
        }
        fence += others ? 1 : 0;
        owner = asker;
        leaseEndMillis = server.millis() + duration.toMillis();
        return new Lease(true, fence, asker);
    }

    @Override
    public void release(String asker) {
        faults.point("release");
        if (owner.equals(asker)) {
            leaseEndMillis = server.millis();
        }
    }
}
