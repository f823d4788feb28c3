package io.tandem.agent.service;

import io.tandem.agent.config.AgentConfig;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicReference;

/** A service over a {@link FakeEngine}. */
public final class FakeServices {

    private FakeServices() {}

    /** The service and the engine in it. */
    public record Pair(SyncService service, FakeEngine engine) {}

    public static Pair create(AgentConfig config) {
        AtomicReference<FakeEngine> made = new AtomicReference<>();
        SyncService service = SyncService.create(
                config,
                settings -> {
                    FakeEngine engine = new FakeEngine(settings);
                    made.set(engine);
                    return engine;
                },
                Clock.systemUTC(),
                new DriverListeners());
        return new Pair(service, made.get());
    }
}
