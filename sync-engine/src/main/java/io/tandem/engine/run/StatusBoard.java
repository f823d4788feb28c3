package io.tandem.engine.run;

import io.tandem.engine.model.CollectionMode;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.Side;
import io.tandem.engine.scan.Resync;
import io.tandem.engine.status.CollectionStatus;
import io.tandem.engine.status.EngineStatus;
import io.tandem.engine.status.EngineStatus.Condition;
import io.tandem.engine.status.EngineStatus.Flow;
import io.tandem.engine.status.EngineStatus.Role;
import io.tandem.engine.status.FeedStatus;
import io.tandem.engine.status.FeedStatus.State;
import io.tandem.engine.status.Problem;
import io.tandem.engine.status.Problem.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Puts the status together; never blocks on a database. Thread-safe. */
final class StatusBoard implements Upkeep.HeartbeatFacts {
    private final Core core;
    private final Leadership leadership;
    private final Membership membership;
    private final HubLink hub;
    private final Upkeep upkeep;
    private final Resync resync;
    private final FeedStep localFeed;
    private final FeedStep atlasFeed;
    private final CanaryWatch canary;
    private final String version;
    private final long startedAtMillis;
    private final Map<String, Duration> oplogWindowLeft = new ConcurrentHashMap<>();

    StatusBoard(
            Core core,
            Leadership leadership,
            Membership membership,
            HubLink hub,
            Upkeep upkeep,
            Resync resync,
            FeedStep localFeed,
            FeedStep atlasFeed,
            CanaryWatch canary,
            String version) {
        this.core = core;
        this.leadership = leadership;
        this.membership = membership;
        this.hub = hub;
        this.upkeep = upkeep;
        this.resync = resync;
        this.localFeed = localFeed;
        this.atlasFeed = atlasFeed;
        this.canary = canary;
        this.version = version;
        this.startedAtMillis = core.ticker.millis();
    }

    /** How much history is left on a side; asked for outside, since it takes a query. */
    void oplogWindowLeft(Side side, Duration left) {
        oplogWindowLeft.put(side == Side.LOCAL ? "local" : "atlas", left);
    }

    EngineStatus status() {
        List<Problem> problems = core.problems.list();
        return new EngineStatus(
                Instant.ofEpochMilli(core.ticker.millis()),
                Instant.ofEpochMilli(startedAtMillis),
                core.modes.bidirectional(),
                membership.instanceId(),
                leadership.holdsLease() ? Role.ACTIVE : Role.STANDBY,
                condition(problems),
                problems,
                atlasStatus(),
                localFeed.status(),
                leadership.isReady(),
                queueSize(),
                core.time.deviceAhead(),
                core.stats.direction(Side.LOCAL, lag(h -> h.hubTime().isPresent())),
                core.stats.direction(Side.HUB, lag(h -> h.localTime().isPresent())),
                core.stats.conflicts.get(),
                core.stats.conflictsLastHour(),
                core.stats.retries.get(),
                upkeep.quarantinedKeys(),
                core.stats.loops.get(),
                core.stats.resyncs.get(),
                collections(),
                resync.progress(),
                canary.status(),
                oplogWindowLeft);
    }

    private FeedStatus atlasStatus() {
        boolean away = core.modes.bidirectional() && leadership.isReady() && !hub.isUp();
        return away ? atlasFeed.statusWhileAway(hub.failures()) : atlasFeed.status();
    }

    private Condition condition(List<Problem> problems) {
        boolean error = problems.stream().anyMatch(p -> p.severity() == Severity.ERROR);
        if (error || canary.status().state() == Flow.BLIND) {
            return Condition.UNHEALTHY;
        }
        boolean warning = problems.stream().anyMatch(p -> p.severity() == Severity.WARNING);
        boolean working = leadership.holdsLease();
        boolean flowing = !working
                || (hub.isUp()
                        && localFeed.status().state() == State.CONNECTED
                        && (!core.modes.bidirectional() || atlasFeed.status().state() == State.CONNECTED));
        boolean late = canary.status().state() == Flow.SLOW || upkeep.quarantinedKeys() > 0;
        return warning || !flowing || late ? Condition.DEGRADED : Condition.HEALTHY;
    }

    private List<CollectionStatus> collections() {
        Set<String> names = new TreeSet<>(core.catalog.names());
        names.addAll(core.stats.collections());
        names.addAll(core.modes.heldCollections());
        List<CollectionStatus> list = new ArrayList<>(names.size());
        for (String name : names) {
            Stats.Collection counted = core.stats.snapshot(name);
            Optional<String> kind = core.catalog.kindLeftAlone(name);
            list.add(new CollectionStatus(
                    name,
                    kind.isPresent() ? CollectionMode.PAUSED : core.modes.of(name),
                    kind.map(k -> "left alone, since it cannot be synced (" + k + ")")
                            .orElseGet(() -> core.modes.reason(name)),
                    core.modes.held(name),
                    counted.pushed,
                    counted.applied,
                    counted.deleted,
                    counted.conflicts,
                    counted.failed,
                    core.observations.sum(name),
                    counted.lastChangeAt));
        }
        return list;
    }

    private long lag(Predicate<Hints> direction) {
        return core.queue
                .oldestNanos(direction)
                .map(since -> Math.max(0, (core.ticker.nanos() - since) / 1_000_000L))
                .orElse(0L);
    }

    @Override
    public long lagMillis() {
        return lag(hints -> true);
    }

    @Override
    public long queueSize() {
        return core.queue.size() + (hub.isUp() ? 0 : upkeep.markedKeys());
    }

    @Override
    public long startedAtMillis() {
        return startedAtMillis;
    }

    @Override
    public String version() {
        return version;
    }
}
