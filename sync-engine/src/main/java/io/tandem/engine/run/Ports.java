package io.tandem.engine.run;

import io.tandem.engine.checkpoint.BaseStore;
import io.tandem.engine.checkpoint.DeviceStore;
import io.tandem.engine.checkpoint.HubStore;
import io.tandem.engine.read.StateReader;
import io.tandem.engine.scan.KeyScanner;
import io.tandem.engine.time.ClockProbe;
import io.tandem.engine.time.Ticker;
import io.tandem.engine.watch.ChangeSource;
import io.tandem.engine.write.ConflictLog;
import io.tandem.engine.write.GuardedTarget;
import io.tandem.engine.write.QuarantineStore;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;

/**
 * Everything outside the engine that it depends on: two databases, clocks and chance.
 *
 * @param localChanges the device's feed
 * @param hubChanges the hub's feed for a device of that name
 * @param reader documents by key
 * @param target guarded writes
 * @param bases base states
 * @param quarantine what could not be applied
 * @param conflictLog reads the conflict log
 * @param device the device's metadata
 * @param hub the hub's metadata
 * @param scanner whole collections
 * @param clock the servers' clocks
 * @param ticker the agent's clocks
 * @param random jitter, identities and nonces
 * @param fence told the fencing number of the lease that this agent holds, before it writes anything under it
 */
public record Ports(
        ChangeSource localChanges,
        Function<String, ChangeSource> hubChanges,
        StateReader reader,
        GuardedTarget target,
        BaseStore bases,
        QuarantineStore quarantine,
        ConflictLog conflictLog,
        DeviceStore device,
        HubStore hub,
        KeyScanner scanner,
        ClockProbe clock,
        Ticker ticker,
        RandomGenerator random,
        LongConsumer fence) {}
