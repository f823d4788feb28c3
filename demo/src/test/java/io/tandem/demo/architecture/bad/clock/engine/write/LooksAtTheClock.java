package io.tandem.demo.architecture.bad.clock.engine.write;

import java.time.Instant;

/** A step that reads the system clock. */
public final class LooksAtTheClock {

    Instant now() {
        return Instant.now();
    }
}
