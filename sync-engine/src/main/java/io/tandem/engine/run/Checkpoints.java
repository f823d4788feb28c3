package io.tandem.engine.run;

import io.tandem.engine.checkpoint.Checkpointer;
import io.tandem.engine.model.Side;
import io.tandem.engine.watch.Position;
import java.time.Instant;
import java.util.Optional;

/** The saved positions, with what the status tells of them. Thread-safe. */
final class Checkpoints {
    private final Checkpointer checkpointer;
    private final Core core;

    Checkpoints(Core core) {
        this.core = core;
        this.checkpointer = new Checkpointer(core.ports.device());
    }

    Optional<Position> load(Side side) {
        return checkpointer.load(side);
    }

    void clear(Side side) {
        checkpointer.clear(side);
    }

    /** Saves how far a side is settled; returns false if somebody removed the saved position by hand. */
    boolean save(Side side, Optional<Position> settled) {
        return checkpointer.save(side, settled, core.ticker.millis());
    }

    /** The same for a position that has not moved for a reason of its own, and is not worth a write. */
    boolean isStillThere(Side side) {
        return checkpointer.isStillThere(side);
    }

    Optional<Instant> savedAt(Side side) {
        return checkpointer.savedAtMillis(side).map(Instant::ofEpochMilli);
    }

    void forget() {
        checkpointer.forget();
    }
}
