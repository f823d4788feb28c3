package io.tandem.engine.run;

import io.tandem.engine.dirty.DirtyKeys.Work;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.CollectionMode;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.KeyStates;
import io.tandem.engine.model.Mark;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.Version;
import io.tandem.engine.plan.Plan;
import io.tandem.engine.plan.Planner;
import io.tandem.engine.plan.Policy;
import io.tandem.engine.read.ThreeStateReader;
import io.tandem.engine.read.TooLargeABatch;
import io.tandem.engine.status.Problem.Severity;
import io.tandem.engine.watch.ChangeTail;
import io.tandem.engine.write.GuardedWriter;
import io.tandem.engine.write.GuardedWriter.Planned;
import io.tandem.engine.write.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Brings a batch of keys into step: read, plan, write, settle. Several of them may run, each with keys of its own; one is
 * stepped by one thread. While the hub is away it turns what the local feed reports into durable dirty marks instead.
 */
final class Reconciler implements Step {
    private static final long PAUSE_AFTER_FAILURE_NANOS = 500_000_000L;
    private static final int ATTEMPTS_IN_LITTLE_MEMORY = 10;

    private final Core core;
    private final String name;
    private final Leadership leadership;
    private final HubLink hub;
    private final Membership membership;
    private final ThreeStateReader reader;
    private final GuardedWriter writer;
    private final HeldDeletesDesk heldDeletes;
    private final Settlement settlement;
    private final HistoryGate history;

    Reconciler(
            Core core,
            String name,
            Leadership leadership,
            HubLink hub,
            Membership membership,
            HeldDeletesDesk heldDeletes,
            Settlement settlement,
            HistoryGate history) {
        this.core = core;
        this.history = history;
        this.name = name;
        this.leadership = leadership;
        this.hub = hub;
        this.membership = membership;
        this.heldDeletes = heldDeletes;
        this.settlement = settlement;
        this.reader = new ThreeStateReader(core.ports.reader(), core.ports.bases());
        this.writer = new GuardedWriter(
                new FencedTarget(core.ports.target(), leadership),
                core.ports.bases(),
                new GuardedWriter.EchoExpectations() {
                    @Override
                    public void expect(Side side, DocKey key, boolean delete) {
                        core.echoes.expect(side, key, delete);
                    }

                    @Override
                    public void withdraw(Side side, DocKey key) {
                        core.echoes.withdraw(side, key);
                    }
                });
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean run() {
        if (!leadership.isReady()) {
            return false;
        }
        Optional<Runnable> end = core.batchSize.begin();
        if (end.isEmpty()) {
            return false;
        }
        try {
            HistoryGate.Told told = history.told();
            return work(core.queue.take(core.batchSize.keys(core.queue.backlog())), told);
        } finally {
            end.get().run();
        }
    }

    private boolean work(List<Work> batch, HistoryGate.Told told) {
        if (batch.isEmpty()) {
            return false;
        }
        List<Work> open = new ArrayList<>(batch.size());
        for (Work work : batch) {
            boolean idle = core.modes.of(work.key().collection()) == CollectionMode.PAUSED
                    || !core.catalog.isOrdinary(work.key().collection())
                    || settlement.isLooping(work.key());
            if (idle) {
                history.forget(work.key());
                core.queue.done(work);
            } else {
                open.add(work);
            }
        }
        try {
            if (hub.isUp()) {
                List<Work> premature = new ArrayList<>();
                List<Work> ripe = new ArrayList<>(open.size());
                for (Work work : open) {
                    if (isPremature(work, told)) {
                        premature.add(work);
                    } else if (history.mayBeDatedLater(work, told)) {
                        settlement.again(work, HistoryGate.LONG_PAUSE_NANOS, false);
                    } else if (history.isWaiting(work, told)) {
                        settlement.again(work, history.pauseNanos(told), false);
                    } else {
                        ripe.add(work);
                    }
                }
                mark(premature);
                long began = core.ticker.nanos();
                reconcile(ripe, told);
                if (!ripe.isEmpty()) {
                    core.pace.took(core.ticker.nanos() - began);
                }
            } else {
                mark(open);
            }
        } catch (TooLargeABatch e) {
            core.batchSize.learn(e.bytesPerKey());
            open.forEach(work -> settlement.again(work, 0, false));
        } catch (SyncException e) {
            failed(open, e, told);
        } catch (RuntimeException e) {
            isolate(open, e, told);
        } catch (OutOfMemoryError e) {
            starved(open);
        } catch (Error e) {
            // Whatever it is: the keys must not stay in work for ever. The thread reports the error itself.
            open.forEach(work -> settlement.again(work, PAUSE_AFTER_FAILURE_NANOS, false));
            throw e;
        }
        return true;
    }

    /** Observed keys are not noted, since nothing may be written for them; what they would do is counted now and again later. */
    private boolean isPremature(Work work, HistoryGate.Told told) {
        return history.isPremature(work.hints(), told)
                && core.modes.of(work.key().collection()) != CollectionMode.OBSERVE;
    }

    private void reconcile(List<Work> batch, HistoryGate.Told told) {
        Map<DocKey, Work> works = new LinkedHashMap<>();
        Map<DocKey, Hints> hints = new LinkedHashMap<>();
        for (Work work : batch) {
            works.put(work.key(), work);
            // What the hub's feed told of a key was used up when the key was put in quarantine.
            boolean detained = settlement.isDetained(work.key());
            hints.put(work.key(), detained ? work.hints().onBothSides() : work.hints());
        }
        if (works.isEmpty()) {
            return;
        }
        // Taken before the reading: a change made after it must not look older than what was read.
        long now = Version.timeAt(core.time.nowMillis());
        ThreeStateReader.Loaded loaded = reader.load(hints);
        ChangeTail.Place read = history.place();
        core.batchSize.learn(loaded.states());
        for (DocKey key : loaded.clean()) {
            core.stats.echo(Side.LOCAL);
            history.forget(key);
            settlement.clean(take(works, key));
        }
        List<Planned> planned = plan(loaded.states(), now);
        planned = observe(planned, works);
        planned = awaitHistory(planned, works, read, told);
        planned = guardDeletes(planned, works);
        if (!planned.isEmpty()) {
            List<Verdict> verdicts = writer.carryOut(planned);
            for (int i = 0; i < planned.size(); i++) {
                settlement.settle(take(works, planned.get(i).states().key()), planned.get(i), verdicts.get(i));
            }
        }
    }

    private List<Planned> plan(List<KeyStates> states, long now) {
        Map<String, Policy> policies = new HashMap<>();
        List<Planned> planned = new ArrayList<>(states.size());
        for (KeyStates state : states) {
            Policy policy = policies.computeIfAbsent(state.key().collection(), this::policy);
            Plan plan = new Planner(membership.instanceId(), now, policy).plan(state);
            boolean notesPush = policy.keepsContent() || !policy.hasHistory();
            planned.add(new Planned(state, plan, policy.keepsContent(), notesPush, OptionalLong.of(now)));
        }
        return planned;
    }

    private Policy policy(String collection) {
        Policy policy = core.modes.policy(collection);
        return history.isPolling() ? policy.withoutHistory() : policy;
    }

    /**
     * Leaves out what cannot be judged before the device's feed has told more; it is looked at again soon. A mark dates a change only
     * once the feed has told of all changes from before it was opened: until then the key stays marked.
     */
    private List<Planned> awaitHistory(
            List<Planned> planned, Map<DocKey, Work> works, ChangeTail.Place read, HistoryGate.Told told) {
        List<Planned> rest = new ArrayList<>(planned.size());
        List<Work> marked = new ArrayList<>();
        for (Planned one : planned) {
            KeyStates states = one.states();
            Work work = take(works, states.key());
            if (history.isPremature(states.told(), told)) {
                history.forget(states.key());
                marked.add(work);
                continue;
            }
            if (history.mayBeDatedSoon(work, one.plan(), told)) {
                settlement.again(work, history.pauseNanos(told), false);
                continue;
            }
            if (!Planner.restsOnLocalHistory(membership.instanceId(), told.catchingUp(), states, one.plan())) {
                history.forget(states.key());
                rest.add(one);
            } else if (history.mayDecide(work, states, read, told)) {
                rest.add(one);
            } else {
                settlement.again(work, history.pauseNanos(told), false);
            }
        }
        mark(marked);
        return rest;
    }

    /** Counts what observed collections would have done; returns the rest. */
    private List<Planned> observe(List<Planned> planned, Map<DocKey, Work> works) {
        List<Planned> rest = new ArrayList<>(planned.size());
        for (Planned one : planned) {
            String collection = one.states().key().collection();
            if (core.modes.of(collection) != CollectionMode.OBSERVE) {
                rest.add(one);
                continue;
            }
            core.observations.note(one.states().key(), one.plan());
            settlement.observed(take(works, one.states().key()), one);
        }
        return rest;
    }

    /** Leaves out collections whose deletes the guard holds back; their keys are found again when a person has decided. */
    private List<Planned> guardDeletes(List<Planned> planned, Map<DocKey, Work> works) {
        Set<String> held = new HashSet<>();
        Set<String> judged = new HashSet<>();
        for (Planned one : planned) {
            String collection = one.states().key().collection();
            HeldDeletesDesk.deleteTowards(one.plan()).ifPresent(towards -> {
                if (judged.add(collection + '/' + towards) && heldDeletes.holds(collection, towards)) {
                    held.add(collection);
                }
            });
        }
        if (held.isEmpty()) {
            return planned;
        }
        List<Planned> rest = new ArrayList<>(planned.size());
        for (Planned one : planned) {
            if (held.contains(one.states().key().collection())) {
                core.queue.done(take(works, one.states().key()));
            } else {
                rest.add(one);
            }
        }
        return rest;
    }

    /** Notes durably that the keys have to be looked at once that is possible, and what the feeds told of them. */
    private void mark(List<Work> batch) {
        // Observed keys are compared when observing ends: nothing is written for them.
        List<Work> noted = batch.stream()
                .filter(work -> core.modes.of(work.key().collection()) != CollectionMode.OBSERVE)
                .toList();
        if (!noted.isEmpty()) {
            leadership.mustHold();
            Map<DocKey, BaseRecord> known =
                    core.ports.bases().load(noted.stream().map(Work::key).toList());
            Set<DocKey> had = documentsWithoutHistory(noted, known);
            Map<DocKey, BaseRecord> marked = new LinkedHashMap<>();
            for (Work work : noted) {
                BaseRecord record = known.getOrDefault(work.key(), BaseRecord.NONE);
                BaseRecord told = record.marked(work.hints());
                BaseRecord next =
                        had.contains(work.key()) ? told.withMark(told.mark().map(Mark::withDocument)) : told;
                if (!next.equals(record)) {
                    marked.put(work.key(), next);
                }
            }
            if (!marked.isEmpty()) {
                core.ports.bases().save(marked);
                core.notesWaiting.set(true);
            }
        }
        batch.forEach(core.queue::done);
    }

    /** Documents of which neither an event nor a base state says that the device has them. */
    private Set<DocKey> documentsWithoutHistory(List<Work> batch, Map<DocKey, BaseRecord> known) {
        List<DocKey> untold = batch.stream()
                .filter(work -> work.hints().localTime().isEmpty())
                .map(Work::key)
                .filter(key -> saysNothing(known.getOrDefault(key, BaseRecord.NONE)))
                .toList();
        return untold.isEmpty()
                ? Set.of()
                : core.ports.reader().readLocalBatch(untold).keySet();
    }

    private static boolean saysNothing(BaseRecord record) {
        return record.state().isEmpty()
                && record.mark()
                        .map(Mark::localTime)
                        .filter(OptionalLong::isPresent)
                        .isEmpty();
    }

    private void failed(List<Work> batch, SyncException e, HistoryGate.Told told) {
        switch (e.code()) {
            case FENCED -> {
                leadership.lost();
                core.notices.tell("lease", "Standing by: " + e.getMessage());
            }
            case LOCAL_UNREACHABLE -> core.problems.raise(e.code(), Severity.ERROR, "local", e.getMessage());
            case HUB_UNREACHABLE, AUTHENTICATION_FAILED, NOT_AUTHORIZED -> hub.down(e);
            default -> {
                isolate(batch, e, told);
                return;
            }
        }
        batch.forEach(work -> settlement.again(work, PAUSE_AFTER_FAILURE_NANOS, false));
    }

    /**
     * There was not enough memory for what several workers hold together: from now on one works alone, with a single key. A key for
     * which that was too little again and again waits like any other that cannot be carried over.
     */
    private void starved(List<Work> batch) {
        core.batchSize.starve();
        for (Work work : batch) {
            if (!settlement.isOpen(work)) {
                continue;
            }
            if (batch.size() == 1 && work.attempts() >= ATTEMPTS_IN_LITTLE_MEMORY) {
                String heap = Runtime.getRuntime().maxMemory() / 1_000_000 + " MB";
                settlement.quarantine(
                        work,
                        Side.HUB,
                        FaultCode.TOO_LARGE,
                        "the heap of " + heap + " is too small; enlarge it with -Xmx");
            } else {
                settlement.again(work, PAUSE_AFTER_FAILURE_NANOS, true);
            }
        }
    }

    /** An error that nobody expected stops the one key that causes it, and no other. */
    private void isolate(List<Work> batch, RuntimeException cause, HistoryGate.Told told) {
        List<Work> unsettled = batch.stream().filter(settlement::isOpen).toList();
        if (unsettled.size() == 1) {
            settlement.quarantine(unsettled.get(0), Side.HUB, FaultCode.UNKNOWN, describe(cause));
            return;
        }
        for (Work work : unsettled) {
            try {
                reconcile(List.of(work), told);
            } catch (SyncException e) {
                if (e.code().category() == FaultCode.Category.RETRY) {
                    failed(List.of(work), e, told);
                } else {
                    settlement.quarantine(work, Side.HUB, e.code(), describe(e));
                }
            } catch (RuntimeException e) {
                settlement.quarantine(work, Side.HUB, FaultCode.UNKNOWN, describe(e));
            }
        }
    }

    private static String describe(RuntimeException e) {
        return e instanceof SyncException ? String.valueOf(e.getMessage()) : e.toString();
    }

    private static Work take(Map<DocKey, Work> works, DocKey key) {
        Work work = works.get(key);
        if (work == null) {
            throw new IllegalStateException("a key came back that was not asked for");
        }
        return work;
    }
}
