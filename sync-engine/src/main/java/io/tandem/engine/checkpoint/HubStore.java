package io.tandem.engine.checkpoint;

import io.tandem.engine.status.Device;
import java.util.List;
import java.util.Optional;

/**
 * The hub's documents about itself and its devices. Thread-safe, blocking; throws
 * {@link io.tandem.engine.fault.SyncException} with {@code HUB_UNREACHABLE}.
 */
public interface HubStore {
    /** The hub's identity; made if there is none yet. */
    HubIdentity identity();

    /** What the last agent that used this instance id reported as its nonce. */
    Optional<String> nonceOf(String instanceId);

    /** Reports this device; creates its entry if needed. */
    void heartbeat(Heartbeat heartbeat);

    /** All devices that ever reported. */
    List<Device> devices(String self);

    /** Makes the indexes that the internal collections need, tombstones expiring after so many days among them. */
    void prepare(int tombstoneRetentionDays);

    /**
     * Which hub this is.
     *
     * @param id drawn when the hub was first used
     * @param epoch raised whenever the hub is restored from a backup
     */
    record HubIdentity(String id, long epoch) {}

    /**
     * What a device reports.
     *
     * @param instanceId its name
     * @param nonce drawn at the agent's start
     * @param number counts the heartbeats of this agent; comes back through the hub's feed
     * @param startedAtMillis hub's clock
     * @param version of Tandem
     * @param role {@code active} or {@code stopped}
     * @param lagMillis its lag
     * @param queueSize its queue
     * @param clockOffsetMillis its clock's offset, if known
     * @param identityClash whether it found another agent under its name
     */
    record Heartbeat(
            String instanceId,
            String nonce,
            long number,
            long startedAtMillis,
            String version,
            String role,
            long lagMillis,
            long queueSize,
            Optional<Long> clockOffsetMillis,
            boolean identityClash) {}
}
