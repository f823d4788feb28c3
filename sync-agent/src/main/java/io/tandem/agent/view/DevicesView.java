package io.tandem.agent.view;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The fleet. */
@Doc("All devices that ever reported to the hub")
public record DevicesView(List<Item> items) {

    /** One device as it last reported. */
    @Doc("One device as it last reported")
    public record Item(
            String instanceId,
            Instant lastSeenAt,
            Instant startedAt,
            @Doc("Version of Tandem") String version,
            @Doc("active, standby or stopped") String role,
            long lagMs,
            long queueSize,
            Optional<Long> clockOffsetMs,
            @Doc("Two running agents use this name") boolean identityClash,
            @Doc("Whether it is this device") boolean self) {}
}
