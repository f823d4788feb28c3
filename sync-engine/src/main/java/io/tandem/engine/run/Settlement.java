package io.tandem.engine.run;

import io.tandem.engine.dirty.DirtyKeys.Lane;
import io.tandem.engine.dirty.DirtyKeys.Work;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.KeyStates;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.StateId;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.plan.Plan;
import io.tandem.engine.status.EngineListener.Change;
import io.tandem.engine.status.Problem.Severity;
import io.tandem.engine.write.GuardedWriter.Planned;
import io.tandem.engine.write.Outcome;
import io.tandem.engine.write.QuarantineStore.Detainee;
import io.tandem.engine.write.QuarantineStore.Waiting;
import io.tandem.engine.write.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a key after it was worked on: done, looked at again, or put in quarantine; and what is counted and told of
 * it. Thread-safe.
 */
final class Settlement {
    private static final int ATTEMPTS_WITHOUT_PAUSE = 3;
    private static final int ATTEMPTS_MAX = 60;
    private static final long PAUSE_FIRST_NANOS = 20_000_000L;
    private static final long PAUSE_LONGEST_NANOS = 5_000_000_000L;
    private static final long RETRY_FIRST_MILLIS = 30_000;
    private static final long RETRY_LONGEST_MILLIS = 3_600_000;
    private static final int QUARANTINE_IN_MEMORY = 100_000;

    private final Core core;
    private final Leadership leadership;
    private final Map<DocKey, Detention> detained = new ConcurrentHashMap<>();
    private final UniqueWaiters uniqueWaiters;
    private final Map<DocKey, Long> loopsUntilMillis = new ConcurrentHashMap<>();

    /**
     * A key in quarantine.
     *
     * @param target the side that refused it
     * @param nextMillis when its pause is over
     * @param contents hashes of what the two sides held at the last attempt; empty when that is not known
     */
    private record Detention(
            Side target, int attempts, long firstMillis, long nextMillis, Optional<Contents> contents) {}

    private record Contents(ContentHash local, ContentHash hub) {
        static Contents of(Optional<Doc> local, Optional<Doc> hub) {
            return new Contents(
                    local.map(Doc::hash).orElse(ContentHash.DELETED),
                    hub.map(Doc::hash).orElse(ContentHash.DELETED));
        }
    }

    Settlement(Core core, Leadership leadership) {
        this.core = core;
        this.leadership = leadership;
        this.uniqueWaiters = new UniqueWaiters(core.ticker);
    }

    /** Reads which keys are in quarantine. Blocking. */
    void load() {
        detained.clear();
        uniqueWaiters.clear();
        for (Waiting waiting : core.ports.quarantine().waiting(QUARANTINE_IN_MEMORY)) {
            detained.put(
                    waiting.key(),
                    new Detention(
                            waiting.target(),
                            waiting.attempts(),
                            waiting.firstMillis(),
                            waiting.nextMillis(),
                            Optional.empty()));
            if (waiting.code() == FaultCode.UNIQUE_INDEX) {
                uniqueWaiters.refused(waiting.key(), waiting.target(), true);
            }
        }
    }

    /** Whether a key was found to bounce and is left alone for now. */
    boolean isLooping(DocKey key) {
        Long until = loopsUntilMillis.get(key);
        return until != null && core.ticker.millis() < until;
    }

    boolean isDetained(DocKey key) {
        return detained.containsKey(key);
    }

    /**
     * Whether a key in quarantine is not to be tried now. A mark on it is passed over only so long: if the answer to removing its entry
     * was lost, nothing but the mark is left to lead to the key.
     */
    boolean isResting(DocKey key) {
        Detention detention = detained.get(key);
        return detention != null && (core.ticker.millis() < detention.nextMillis() || isClosed(detention.target()));
    }

    int detainedCount() {
        return detained.size();
    }

    /** Queues what is due to be tried again. Blocking. */
    boolean retryDue(int limit) {
        long now = core.ticker.millis();
        int closed = isClosed(Side.LOCAL)
                ? (int) detained.values().stream()
                        .filter(d -> d.target() == Side.LOCAL)
                        .count()
                : 0;
        List<DocKey> due = core.ports.quarantine().due(now, limit + closed).stream()
                .filter(key -> !isClosed(targetOf(key)))
                .limit(limit)
                .toList();
        for (DocKey key : due) {
            detained.putIfAbsent(
                    key,
                    new Detention(Side.HUB, 1, now, now, Optional.empty())); // not all fit into memory at the start
            core.queue.add(key, Hints.NONE, Lane.BACKGROUND, Optional.empty());
        }
        return !due.isEmpty();
    }

    /** Whether nothing may be written to a side. */
    private boolean isClosed(@Nullable Side target) {
        return target == Side.LOCAL && !core.modes.bidirectional();
    }

    private @Nullable Side targetOf(DocKey key) {
        Detention detention = detained.get(key);
        return detention == null ? null : detention.target();
    }

    /** Whether {@link #retryFreed} has something to queue. */
    boolean mayRetryFreed() {
        return uniqueWaiters.anyDue();
    }

    /** Queues keys whose unique value may be free since something changed in their collection. */
    void retryFreed(int limit) {
        if (core.queue.hasRoom(Lane.BACKGROUND)) {
            for (DocKey key : uniqueWaiters.guesses(limit)) {
                core.queue.add(key, Hints.NONE, Lane.BACKGROUND, Optional.empty());
            }
        }
    }

    /** Queues one key now. */
    void retryNow(DocKey key) {
        loopsUntilMillis.remove(key);
        core.queue.add(key, Hints.NONE, Lane.LIVE, Optional.empty());
    }

    /** Gives a key up until somebody changes it. Blocking. */
    void drop(DocKey key) {
        leadership.mustHold();
        Work work = core.queue
                .claim(key)
                .orElseThrow(() -> new IllegalStateException("the document in '" + key.collection()
                        + "' is being tried again at this moment; drop it in a moment"));
        try {
            BaseRecord base = core.ports.bases().load(List.of(key)).getOrDefault(key, BaseRecord.NONE);
            if (base.mark().isPresent()) {
                core.ports.bases().save(Map.of(key, base.withMark(Optional.empty()))); // it would be found by its mark
            }
            core.ports.quarantine().remove(key);
            detained.remove(key);
            uniqueWaiters.forget(key);
        } finally {
            core.queue.done(work);
        }
    }

    /** Whether a batch that failed half-way still has to deal with this key. */
    boolean isOpen(Work work) {
        return core.queue.isInWork(work);
    }

    /** There was nothing to do. */
    void clean(Work work) {
        core.observations.nothing(work.key());
        release(work.key());
        core.queue.done(work);
    }

    /** It was only counted. */
    void observed(Work work, Planned planned) {
        core.leftAlone.add(work.key(), planned.states().localHash());
        if (!isNothing(planned.plan())) {
            tell(work, planned.plan(), "observed");
        }
        core.queue.done(work);
    }

    void settle(Work work, Planned planned, Verdict verdict) {
        if (verdict.kind() != Verdict.Kind.REFUSED && planned.plan().conflict().isPresent()) {
            conflict(work, planned.plan());
        }
        boolean written = verdict.kind() == Verdict.Kind.DONE || verdict.kind() == Verdict.Kind.STEP;
        if (written && !isNothing(planned.plan())) {
            // Whoever changed the one side, and our own write to the other, may have freed a value there.
            changed(work.key(), Side.LOCAL);
            changed(work.key(), Side.HUB);
        }
        switch (verdict.kind()) {
            case DONE -> done(work, planned);
            case STEP, AGAIN -> tryAgain(work, planned, verdict);
            case REFUSED -> {
                Outcome.Refused refused = verdict.refusal().orElseThrow();
                quarantine(work, verdict.side(), refused.code(), refused.message(), planned.states());
            }
        }
    }

    void again(Work work, long pauseNanos, boolean countAttempt) {
        core.queue.again(work, pauseNanos, countAttempt);
    }

    void quarantine(Work work, Side target, FaultCode code, String message) {
        quarantine(work, target, code, message, Optional.empty(), Optional.empty(), Optional.empty());
    }

    private void quarantine(Work work, Side target, FaultCode code, String message, KeyStates states) {
        Optional<Doc> hub = states.hub().doc();
        Optional<Contents> contents = Optional.of(Contents.of(states.local(), hub));
        rememberTime(work, states);
        quarantine(work, target, code, message, states.local(), hub, contents);
        core.leftAlone.add(work.key(), states.localHash());
    }

    /** However long the key waits, its change keeps the time at which it was made. */
    private void rememberTime(Work work, KeyStates states) {
        BaseRecord noted = states.base().marked(work.hints());
        if (isReported(work) && !noted.equals(states.base())) {
            leadership.mustHold();
            core.ports.bases().save(Map.of(work.key(), noted));
        }
    }

    /** A document that was changed since it was refused is a new case: its pauses begin with the shortest again. */
    private void quarantine(
            Work work,
            Side target,
            FaultCode code,
            String message,
            Optional<Doc> local,
            Optional<Doc> hub,
            Optional<Contents> contents) {
        leadership.mustHold();
        long now = core.ticker.millis();
        Detention before = detained.getOrDefault(work.key(), new Detention(target, 0, now, now, contents));
        boolean changed = before.contents().isPresent() ? !before.contents().equals(contents) : isReported(work);
        if (code == FaultCode.UNIQUE_INDEX
                && !changed
                && now < before.nextMillis()
                && uniqueWaiters.isGuess(work.key())) {
            uniqueWaiters.refused(work.key(), target, false); // its entry and its pauses stay as they are
            core.queue.done(work);
            return;
        }
        int attempts = changed ? 1 : before.attempts() + 1;
        long pause = Math.min(RETRY_LONGEST_MILLIS, RETRY_FIRST_MILLIS << Math.min(attempts - 1, 10));
        core.ports
                .quarantine()
                .save(new Detainee(
                        work.key(), target, code, message, local, hub, attempts, before.firstMillis(), now + pause));
        detained.put(work.key(), new Detention(target, attempts, before.firstMillis(), now + pause, contents));
        if (code == FaultCode.UNIQUE_INDEX) {
            uniqueWaiters.refused(work.key(), target, changed);
        } else {
            uniqueWaiters.forget(work.key());
        }
        if (attempts == 1) {
            changed(work.key(), target.other()); // what it does not get, it may have given up where it was changed
        }
        core.stats.settled(target, false, millisSince(work));
        core.stats.collection(work.key().collection(), c -> c.failed++);
        if (before.attempts() == 0) {
            core.notices.tell(
                    "quarantine",
                    "A change of '" + work.key().collection() + "' was put in quarantine: " + code.id() + " "
                            + code.meaning());
        }
        core.queue.done(work);
    }

    /** Whether an event told of the key, as opposed to a pause that was over. */
    private static boolean isReported(Work work) {
        return work.hints().localTime().isPresent() || work.hints().isByHand();
    }

    private void changed(DocKey key, Side side) {
        uniqueWaiters.changed(side, key.collection());
    }

    private static boolean isNothing(Plan plan) {
        return plan instanceof Plan.Settle settle && !settle.adopted();
    }

    private void done(Work work, Planned planned) {
        Plan plan = planned.plan();
        if (!isPutOff(planned)) {
            release(work.key());
        }
        noteKeptBack(work.key(), planned);
        Instant now = Instant.ofEpochMilli(core.ticker.millis());
        boolean delete = HeldDeletesDesk.deleteTowards(plan).isPresent();
        if (plan instanceof Plan.Push push) {
            count(work, Side.HUB, now, delete);
            loopCheck(work, Side.HUB, push.next().hash());
        } else if (plan instanceof Plan.Apply apply) {
            count(work, Side.LOCAL, now, delete);
            loopCheck(work, Side.LOCAL, apply.next().hash());
        } else if (plan instanceof Plan.Settle settle && settle.adopted()) {
            core.stats.settled(work.hints().localTime().isPresent() ? Side.HUB : Side.LOCAL, true, millisSince(work));
        }
        if (!isNothing(plan)) {
            tell(work, plan, plan.conflict().isPresent() ? "conflict" : "applied");
        }
        core.queue.done(work);
    }

    /**
     * Whether the hub's change still waits for the device, and nothing was done about it because bidirectional sync is disabled: when it
     * is enabled again, nothing but the entry tells of the change.
     */
    private boolean isPutOff(Planned planned) {
        DocKey key = planned.states().key();
        Optional<StateId> hub =
                planned.states().hub().doc().flatMap(Doc::validMeta).map(SyncMeta::state);
        return planned.plan() instanceof Plan.Settle settle
                && !settle.adopted()
                && !hub.equals(settle.base().state().filter(state -> !state.isDeleted()))
                && targetOf(key) == Side.LOCAL
                && core.modes.wantsHub(key.collection());
    }

    /** A plan without a write that leaves another content than the agreed one on the device does so on purpose. */
    private void noteKeptBack(DocKey key, Planned planned) {
        ContentHash local = planned.states().localHash();
        boolean keptBack = planned.plan() instanceof Plan.Settle settle
                && !settle.base()
                        .state()
                        .map(StateId::hash)
                        .orElse(ContentHash.DELETED)
                        .equals(local);
        if (keptBack) {
            core.leftAlone.add(key, local);
        } else {
            core.leftAlone.remove(key);
        }
    }

    private void count(Work work, Side towards, Instant now, boolean delete) {
        core.stats.settled(towards, true, millisSince(work));
        core.stats.collection(work.key().collection(), c -> {
            c.lastChangeAt = Optional.of(now);
            if (delete) {
                c.deleted++;
            } else if (towards == Side.HUB) {
                c.pushed++;
            } else {
                c.applied++;
            }
        });
    }

    private void tryAgain(Work work, Planned planned, Verdict verdict) {
        int attempts = work.attempts();
        if (attempts >= ATTEMPTS_MAX) {
            quarantine(
                    work,
                    verdict.side(),
                    FaultCode.SYNC_LOOP,
                    "after " + attempts + " attempts the document still does not stay as it was written",
                    planned.states());
            return;
        }
        if (verdict.kind() == Verdict.Kind.AGAIN) {
            core.stats.retries.incrementAndGet();
        }
        if (attempts == ATTEMPTS_WITHOUT_PAUSE) {
            core.notices.tell(
                    "retry",
                    "Retry attempt " + attempts + " for a key of '" + work.key().collection() + "'");
        }
        long pause = attempts < ATTEMPTS_WITHOUT_PAUSE
                ? 0
                : Math.min(PAUSE_LONGEST_NANOS, PAUSE_FIRST_NANOS << Math.min(20, attempts - ATTEMPTS_WITHOUT_PAUSE));
        // What the hub's feed told dates the state that was found, not the next one that somebody makes by hand.
        boolean dated = planned.plan() instanceof Plan.Stamp || planned.plan() instanceof Plan.Bury;
        core.queue.again(dated ? work.withoutHubTime() : work, pause, true);
    }

    private void conflict(Work work, Plan plan) {
        core.stats.conflict(work.key().collection());
        core.notices.tell(
                "conflict",
                "Conflict detected in '" + work.key().collection() + "': "
                        + plan.conflict().orElseThrow().winner() + " by "
                        + plan.conflict().orElseThrow().strategy());
    }

    private void loopCheck(Work work, Side side, ContentHash content) {
        if (core.loops.isLooping(work.key(), side, content)) {
            core.stats.loops.incrementAndGet();
            String detail = "Sync loop detected in '" + work.key().collection()
                    + "': a document bounces between the sides; it waits in quarantine";
            core.problems.raise(
                    FaultCode.SYNC_LOOP, Severity.WARNING, work.key().collection(), detail);
            core.notices.tell("loop", detail);
            leadership.mustHold();
            long now = core.ticker.millis();
            core.ports
                    .quarantine()
                    .save(new Detainee(
                            work.key(),
                            side,
                            FaultCode.SYNC_LOOP,
                            FaultCode.SYNC_LOOP.meaning(),
                            Optional.empty(),
                            Optional.empty(),
                            1,
                            now,
                            now + RETRY_LONGEST_MILLIS));
            detained.put(work.key(), new Detention(side, 1, now, now + RETRY_LONGEST_MILLIS, Optional.empty()));
            loopsUntilMillis.put(work.key(), now + RETRY_LONGEST_MILLIS);
        }
    }

    private void release(DocKey key) {
        if (detained.containsKey(key)) {
            leadership.mustHold();
            core.ports.quarantine().remove(key); // first, so that a failure leaves the key known as detained
            detained.remove(key);
            uniqueWaiters.written(key);
            loopsUntilMillis.remove(key);
        }
    }

    private void tell(Work work, Plan plan, String outcome) {
        if (!core.notices.hasListeners()) {
            return;
        }
        boolean toHub = plan instanceof Plan.Push || plan instanceof Plan.Stamp;
        core.notices.tell(new Change(
                Instant.ofEpochMilli(core.ticker.millis()),
                toHub ? "localToAtlas" : "atlasToLocal",
                work.key().collection(),
                work.key().id(),
                operation(plan),
                outcome,
                millisSince(work)));
    }

    private static String operation(Plan plan) {
        if (HeldDeletesDesk.deleteTowards(plan).isPresent()) {
            return "delete";
        }
        if (plan instanceof Plan.Settle) {
            return "adopt";
        }
        boolean insert = (plan instanceof Plan.Push push && push.seen().isEmpty())
                || (plan instanceof Plan.Apply apply && apply.seen().isEmpty());
        return insert ? "insert" : "update";
    }

    private double millisSince(Work work) {
        return (core.ticker.nanos() - work.sinceNanos()) / 1e6;
    }
}
