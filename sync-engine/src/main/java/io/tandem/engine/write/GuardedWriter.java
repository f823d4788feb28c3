package io.tandem.engine.write;

import io.tandem.engine.checkpoint.BaseStore;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Intent;
import io.tandem.engine.model.KeyStates;
import io.tandem.engine.model.Mark;
import io.tandem.engine.model.Pushing;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.StateId;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Tombstone;
import io.tandem.engine.model.Version;
import io.tandem.engine.plan.Plan;
import io.tandem.engine.plan.Planner;
import io.tandem.engine.write.GuardedTarget.Burial;
import io.tandem.engine.write.Verdict.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.RawBsonDocument;

/**
 * Carries out a batch of plans, each write guarded by "still what the planner saw". Thread-safe.
 *
 * <p>The order of the writes is what makes a crash between any two of them harmless: conflict log; tombstones, then the hub's
 * documents; intents, then the local documents; base states last. Every one of these can be repeated.
 *
 * <p>Next: {@code checkpoint/Checkpointer}.
 */
public final class GuardedWriter {
    private final GuardedTarget target;
    private final BaseStore bases;
    private final EchoExpectations echoes;

    public GuardedWriter(GuardedTarget target, BaseStore bases, EchoExpectations echoes) {
        this.target = target;
        this.bases = bases;
        this.echoes = echoes;
    }

    /** Who wants to know of writes whose events will come back. */
    public interface EchoExpectations {
        void expect(Side side, DocKey key, boolean delete);

        void withdraw(Side side, DocKey key);
    }

    /**
     * A plan with the states it was made from.
     *
     * @param states what the planner saw
     * @param plan what it decided
     * @param keepsContent whether base contents are remembered for this collection
     * @param notesPush whether a push is noted before it is made: where fields are merged, and where no feed would tell of a change
     *     that follows a push of unknown outcome
     * @param lookedAt hybrid logical time, in the hub's time base, before the states were read
     */
    public record Planned(KeyStates states, Plan plan, boolean keepsContent, boolean notesPush, OptionalLong lookedAt) {
        /** A plan whose push is noted only where contents are kept, made at a time that nobody knows. */
        public Planned(KeyStates states, Plan plan, boolean keepsContent) {
            this(states, plan, keepsContent, keepsContent, OptionalLong.empty());
        }

        DocKey key() {
            return states.key();
        }
    }

    /**
     * Carries out the plans of a batch; no key may occur twice. After an exception nothing is known about any of them: all
     * have to be looked at again.
     *
     * @return one verdict for each, in order
     */
    public List<Verdict> carryOut(List<Planned> batch) {
        Map<DocKey, Verdict> verdicts = new HashMap<>();
        Map<DocKey, BaseRecord> agreed = new LinkedHashMap<>();
        Set<DocKey> unknown = batch.stream()
                .filter(planned -> planned.states().base().equals(BaseRecord.NONE))
                .map(Planned::key)
                .collect(Collectors.toCollection(HashSet::new));
        log(batch);
        notePushes(batch, unknown);
        List<Planned> unburied = bury(batch, verdicts, agreed);
        writeHub(batch, unburied, verdicts, agreed);
        writeLocal(batch, unknown, verdicts, agreed);
        settle(batch, verdicts, agreed);
        save(agreed, unknown);
        List<Verdict> result = new ArrayList<>(batch.size());
        for (Planned planned : batch) {
            Verdict verdict = verdicts.get(planned.key());
            if (verdict == null) {
                throw new IllegalStateException(
                        "no verdict on " + planned.plan().getClass().getSimpleName());
            }
            result.add(verdict);
        }
        return result;
    }

    /** Saves base states; from then on something is known of their keys. */
    private void save(Map<DocKey, BaseRecord> records, Set<DocKey> unknown) {
        if (!records.isEmpty()) {
            bases.save(records, unknown::contains);
            unknown.removeAll(records.keySet());
        }
    }

    private void log(List<Planned> batch) {
        List<Conflict> conflicts =
                batch.stream().flatMap(p -> p.plan().conflict().stream()).toList();
        if (!conflicts.isEmpty()) {
            target.log(conflicts);
        }
    }

    private void notePushes(List<Planned> batch, Set<DocKey> unknown) {
        Map<DocKey, BaseRecord> notes = new LinkedHashMap<>();
        for (Planned planned : batch) {
            if (planned.notesPush() && planned.plan() instanceof Plan.Push push) {
                Optional<RawBsonDocument> content =
                        planned.keepsContent() ? push.local().map(Doc::content) : Optional.empty();
                notes.put(
                        planned.key(),
                        Planner.resolved(planned.states()).withPushing(new Pushing(push.next(), content)));
            }
        }
        save(notes, unknown);
    }

    /** Leaves tombstones; returns the deletes whose tombstone did not take. */
    private List<Planned> bury(List<Planned> batch, Map<DocKey, Verdict> verdicts, Map<DocKey, BaseRecord> agreed) {
        List<Planned> buried = new ArrayList<>();
        List<Burial> burials = new ArrayList<>();
        for (Planned planned : batch) {
            if (planned.plan() instanceof Plan.Bury bury) {
                buried.add(planned);
                burials.add(new Burial(planned.key(), new Tombstone(bury.version(), bury.parent())));
            } else if (planned.plan() instanceof Plan.Push push && push.local().isEmpty()) {
                buried.add(planned);
                burials.add(new Burial(planned.key(), new Tombstone(push.next().version(), push.parent())));
            }
        }
        List<Planned> failed = new ArrayList<>();
        if (burials.isEmpty()) {
            return failed;
        }
        List<Outcome> outcomes = target.bury(burials);
        for (int i = 0; i < buried.size(); i++) {
            Planned planned = buried.get(i);
            boolean took = outcomes.get(i) instanceof Outcome.Applied;
            if (planned.plan() instanceof Plan.Bury || !took) {
                verdicts.put(planned.key(), verdict(outcomes.get(i), Kind.STEP, Side.HUB));
            }
            if (!took) {
                failed.add(planned);
            } else if (planned.plan() instanceof Plan.Bury) {
                forgetHubChange(planned, agreed);
            } else if (planned.plan() instanceof Plan.Push push && push.seen().isEmpty()) {
                verdicts.put(planned.key(), verdict(outcomes.get(i), Kind.DONE, Side.HUB));
                agreed.put(planned.key(), BaseRecord.agreed(push.next(), Optional.empty()));
            }
        }
        return failed;
    }

    private void writeHub(
            List<Planned> batch,
            List<Planned> unburied,
            Map<DocKey, Verdict> verdicts,
            Map<DocKey, BaseRecord> agreed) {
        List<Planned> written = new ArrayList<>();
        List<Swap> swaps = new ArrayList<>();
        Set<DocKey> unburiedKeys = unburied.stream().map(Planned::key).collect(Collectors.toSet());
        for (Planned planned : batch) {
            Optional<Swap> swap = unburiedKeys.contains(planned.key()) ? Optional.empty() : hubSwap(planned);
            if (swap.isPresent()) {
                written.add(planned);
                swaps.add(swap.get());
            }
        }
        List<Outcome> outcomes = swap(Side.HUB, swaps);
        for (int i = 0; i < written.size(); i++) {
            Planned planned = written.get(i);
            if (planned.plan() instanceof Plan.Push push) {
                verdicts.put(planned.key(), verdict(outcomes.get(i), Kind.DONE, Side.HUB));
                if (outcomes.get(i) instanceof Outcome.Applied) {
                    Optional<RawBsonDocument> content =
                            planned.keepsContent() ? push.local().map(Doc::content) : Optional.empty();
                    agreed.put(planned.key(), BaseRecord.agreed(push.next(), content));
                } else {
                    takeNoteBack(planned, outcomes.get(i), agreed);
                }
            } else {
                verdicts.put(planned.key(), verdict(outcomes.get(i), Kind.STEP, Side.HUB));
                if (outcomes.get(i) instanceof Outcome.Applied) {
                    forgetHubChange(planned, agreed);
                }
            }
        }
    }

    /**
     * A write that was refused is not left noted: as long as it is, every poll takes the key for one that has to be looked at. Nor is, where
     * fields are merged, one that surely did not take place: nobody would know what both sides are made of, and one of them would win whole.
     */
    private static void takeNoteBack(Planned planned, Outcome outcome, Map<DocKey, BaseRecord> agreed) {
        boolean noted = planned.notesPush() || !(planned.plan() instanceof Plan.Push);
        boolean missed = planned.keepsContent() && !(outcome instanceof Outcome.Unknown);
        if (noted && (missed || outcome instanceof Outcome.Refused)) {
            agreed.put(planned.key(), Planner.resolved(planned.states()));
        }
    }

    /** The note of an edit by hand dated the state that was found, not the next one that somebody makes by hand. */
    private static void forgetHubChange(Planned planned, Map<DocKey, BaseRecord> agreed) {
        BaseRecord base = planned.states().base();
        if (base.mark().flatMap(Mark::hubChange).isPresent()) {
            agreed.put(planned.key(), base.withMark(base.mark().map(Mark::withoutHubChange)));
        }
    }

    private static Optional<Swap> hubSwap(Planned planned) {
        DocKey key = planned.key();
        if (planned.plan() instanceof Plan.Stamp stamp) {
            Doc doc = stamp.seen();
            return Optional.of(Swap.stamp(key, doc, new SyncMeta(stamp.version(), doc.hash())));
        }
        if (planned.plan() instanceof Plan.RemoveResidue residue) {
            return Optional.of(new Swap(key, Optional.of(residue.seen()), Optional.empty()));
        }
        if (planned.plan() instanceof Plan.Push push
                && (push.local().isPresent() || push.seen().isPresent())) {
            Version version = push.next().version();
            Optional<RawBsonDocument> next =
                    push.local().map(d -> Doc.withMeta(d.content(), new SyncMeta(version, d.hash())));
            return Optional.of(swap(planned, push.seen(), next));
        }
        return Optional.empty();
    }

    private void writeLocal(
            List<Planned> batch, Set<DocKey> unknown, Map<DocKey, Verdict> verdicts, Map<DocKey, BaseRecord> agreed) {
        List<Planned> written = new ArrayList<>();
        List<Swap> swaps = new ArrayList<>();
        Map<DocKey, BaseRecord> intents = new LinkedHashMap<>();
        for (Planned planned : batch) {
            if (planned.plan() instanceof Plan.Apply apply) {
                written.add(planned);
                swaps.add(swap(planned, apply.seen(), apply.hub().map(Doc::content)));
                Optional<RawBsonDocument> content =
                        planned.keepsContent() ? apply.hub().map(Doc::content) : Optional.empty();
                intents.put(planned.key(), intend(planned, apply.next().hash(), apply.next(), content));
            } else if (planned.plan() instanceof Plan.MergeLocally merge) {
                written.add(planned);
                swaps.add(swap(planned, merge.seen(), Optional.of(merge.merged())));
                ContentHash merged = Doc.of(merge.merged()).hash();
                intents.put(
                        planned.key(),
                        intend(planned, merged, merge.hubState(), merge.hubContent())
                                .withMark(Mark.at(merge.dirtyTime())));
            }
        }
        if (swaps.isEmpty()) {
            return;
        }
        save(intents, unknown);
        List<Outcome> outcomes = swap(Side.LOCAL, swaps);
        for (int i = 0; i < written.size(); i++) {
            Planned planned = written.get(i);
            boolean merge = planned.plan() instanceof Plan.MergeLocally;
            verdicts.put(planned.key(), verdict(outcomes.get(i), merge ? Kind.STEP : Kind.DONE, Side.LOCAL));
            if (outcomes.get(i) instanceof Outcome.Applied) {
                agreed.put(planned.key(), afterLocalWrite(planned));
            } else {
                takeNoteBack(planned, outcomes.get(i), agreed);
            }
        }
    }

    private static Swap swap(Planned planned, Optional<Doc> seen, Optional<RawBsonDocument> next) {
        Swap swap = new Swap(planned.key(), seen, next);
        return planned.keepsContent() ? swap.merging() : swap;
    }

    private static BaseRecord intend(
            Planned planned, ContentHash expected, StateId next, Optional<RawBsonDocument> content) {
        Optional<ContentHash> before =
                planned.keepsContent() ? Optional.of(planned.states().localHash()) : Optional.empty();
        return Planner.resolved(planned.states())
                .withIntent(new Intent(planned.lookedAt(), expected, before, next, content));
    }

    private static BaseRecord afterLocalWrite(Planned planned) {
        if (planned.plan() instanceof Plan.MergeLocally merge) {
            return BaseRecord.agreed(merge.hubState(), merge.hubContent()).withMark(Mark.at(merge.dirtyTime()));
        }
        Plan.Apply apply = (Plan.Apply) planned.plan();
        Optional<RawBsonDocument> content = planned.keepsContent() ? apply.hub().map(Doc::content) : Optional.empty();
        return BaseRecord.agreed(apply.next(), content);
    }

    private static void settle(List<Planned> batch, Map<DocKey, Verdict> verdicts, Map<DocKey, BaseRecord> agreed) {
        for (Planned planned : batch) {
            if (planned.plan() instanceof Plan.Settle settle) {
                verdicts.put(planned.key(), new Verdict(Kind.DONE, Optional.empty(), Side.LOCAL));
                if (!settle.base().equals(planned.states().base())) {
                    agreed.put(planned.key(), settle.base());
                }
            }
        }
    }

    private List<Outcome> swap(Side side, List<Swap> swaps) {
        if (swaps.isEmpty()) {
            return List.of();
        }
        swaps.forEach(swap -> echoes.expect(side, swap.key(), swap.next().isEmpty()));
        boolean answered = false;
        try {
            List<Outcome> outcomes = target.swap(side, swaps);
            for (int i = 0; i < swaps.size(); i++) {
                if (!(outcomes.get(i) instanceof Outcome.Applied)) {
                    echoes.withdraw(side, swaps.get(i).key());
                }
            }
            answered = true;
            return outcomes;
        } finally {
            if (!answered) {
                swaps.forEach(swap -> echoes.withdraw(side, swap.key()));
            }
        }
    }

    private static Verdict verdict(Outcome outcome, Kind whenApplied, Side side) {
        if (outcome instanceof Outcome.Refused refused) {
            return new Verdict(Kind.REFUSED, Optional.of(refused), side);
        }
        return new Verdict(outcome instanceof Outcome.Applied ? whenApplied : Kind.AGAIN, Optional.empty(), side);
    }
}
