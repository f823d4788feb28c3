package io.tandem.demo.architecture.bad.clock.engine.write;

import java.time.Clock;
import java.time.Instant;

/** A step that asks the clock it was given. */
public record AllowedClock(Clock clock) {

    Instant now() {
        return Instant.now(clock);
    }
}
