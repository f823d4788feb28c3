package io.tandem.engine.status;

import java.time.Instant;
import java.util.Optional;

/**
 * A device as it last reported to the hub.
 *
 * @param instanceId its name
 * @param lastSeenAt hub's clock
 * @param startedAt when its agent started, hub's clock
 * @param version of Tandem
 * @param role {@code active} while its agent runs
 * @param lagMillis its lag then
 * @param queueSize its queue then
 * @param clockOffsetMillis its clock's offset then, if it knew
 * @param identityClash whether two running agents use this name
 * @param self whether it is this device
 */
public record Device(
        String instanceId,
        Instant lastSeenAt,
        Instant startedAt,
        String version,
        String role,
        long lagMillis,
        long queueSize,
        Optional<Long> clockOffsetMillis,
        boolean identityClash,
        boolean self) {}
