package io.tandem.agent.service;

import io.tandem.engine.status.DirectionStats;
import io.tandem.engine.status.EngineStatus;
import io.tandem.engine.status.EngineStatus.Condition;
import io.tandem.engine.status.FeedStatus;
import io.tandem.engine.status.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Changes single parts of an engine's status. One thread. */
public final class Statuses {
    private final EngineStatus base;
    private boolean bidirectional;
    private String instanceId;
    private Condition condition;
    private List<Problem> problems;
    private FeedStatus atlasFeed;
    private long queueSize;
    private DirectionStats atlasToLocal;
    private long conflictsLastHour;
    private long quarantined;
    private Optional<Duration> clockOffset;
    private EngineStatus.Flow flow;
    private EngineStatus.Role role;

    public Statuses(EngineStatus base) {
        this.base = base;
        this.bidirectional = base.bidirectionalEnabled();
        this.instanceId = base.instanceId();
        this.condition = base.condition();
        this.problems = base.problems();
        this.atlasFeed = base.atlasFeed();
        this.queueSize = base.queueSize();
        this.atlasToLocal = base.atlasToLocal();
        this.conflictsLastHour = base.conflictsLastHour();
        this.quarantined = base.quarantined();
        this.clockOffset = base.clockOffset();
        this.flow = base.canary().state();
        this.role = base.role();
    }

    public Statuses bidirectional(boolean enabled) {
        bidirectional = enabled;
        return this;
    }

    public Statuses instanceId(String id) {
        instanceId = id;
        return this;
    }

    public Statuses condition(Condition now) {
        condition = now;
        return this;
    }

    public Statuses problems(List<Problem> now) {
        problems = now;
        return this;
    }

    public Statuses atlasFeed(FeedStatus.State state, int attempts) {
        Optional<Instant> never = Optional.empty();
        atlasFeed = new FeedStatus(state, FeedStatus.Kind.CHANGE_STREAM, never, attempts, never);
        return this;
    }

    public Statuses queueSize(long changes) {
        queueSize = changes;
        return this;
    }

    public Statuses atlasToLocal(DirectionStats stats) {
        atlasToLocal = stats;
        return this;
    }

    public Statuses conflictsLastHour(long conflicts) {
        conflictsLastHour = conflicts;
        return this;
    }

    public Statuses quarantined(long keys) {
        quarantined = keys;
        return this;
    }

    public Statuses clockOffset(Duration offset) {
        clockOffset = Optional.of(offset);
        return this;
    }

    public Statuses flow(EngineStatus.Flow state) {
        flow = state;
        return this;
    }

    public Statuses role(EngineStatus.Role now) {
        role = now;
        return this;
    }

    public EngineStatus build() {
        return new EngineStatus(
                base.at(),
                base.startedAt(),
                bidirectional,
                instanceId,
                role,
                condition,
                problems,
                atlasFeed,
                base.localFeed(),
                base.workerRunning(),
                queueSize,
                clockOffset,
                atlasToLocal,
                base.localToAtlas(),
                base.conflicts(),
                conflictsLastHour,
                base.retries(),
                quarantined,
                base.loopsDetected(),
                base.resyncs(),
                base.collections(),
                base.resync(),
                new EngineStatus.Canary(
                        base.canary().lastRoundTripAt(), base.canary().lastRoundTrip(), flow),
                base.oplogWindowLeft());
    }
}
