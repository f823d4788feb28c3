package io.tandem.contract.port;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A contract that is checked in a fresh world per test. */
abstract class PortContract {
    private @Nullable World world;

    /** A new and empty one. */
    abstract World create();

    @BeforeEach
    void open() {
        world = create();
    }

    @AfterEach
    void close() {
        if (world != null) {
            world.close();
        }
    }

    World world() {
        return Objects.requireNonNull(world);
    }
}
