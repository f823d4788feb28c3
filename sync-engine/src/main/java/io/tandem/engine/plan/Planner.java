package io.tandem.engine.plan;

import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.Conflict.Winner;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.HubState;
import io.tandem.engine.model.InitialSyncPreference;
import io.tandem.engine.model.KeyStates;
import io.tandem.engine.model.Mark;
import io.tandem.engine.model.StateId;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Tombstone;
import io.tandem.engine.model.Version;
import io.tandem.engine.plan.ConflictResolver.Resolution;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * The one decision function: three states of a key and a policy in, one plan out. Pure and thread-safe.
 *
 * <p>First the hub is made readable: a document that somebody edited directly is stamped, one that somebody deleted directly
 * gets a tombstone, one below its tombstone is removed. Then the local state is compared with what was agreed (dirty or
 * clean) and the hub's state with the same (moved or not):
 *
 * <pre>
 *   local   hub against base                    plan
 *   clean   same                                nothing
 *   clean   moved                               apply
 *   any     same content as local               adopt
 *   dirty   same, or moved by this device       push
 *   dirty   moved by someone else               conflict: push, apply or merge, and the loser is logged
 * </pre>
 *
 * Next: {@code write/GuardedWriter} carries the plans out.
 */
public final class Planner {
    /**
     * How far two dates of one device's own history may be wrong against each other: each agent measures the clocks anew, at first
     * over connections that are still slow, and servers before 6.0 date events to the second.
     */
    static final long DATING_ERROR = Version.timeAt(5_000);

    /** Named as the rule where a device's own earlier write may be at odds with what it holds. */
    private static final String OWN_WRITE = "own-earlier-write";

    private final String device;
    private final long now;
    private final Policy policy;

    /**
     * A planner for one look at one collection.
     *
     * @param device this device's origin
     * @param now hybrid logical time, in the hub's time base, of this look
     * @param policy of the collection
     */
    public Planner(String device, long now, Policy policy) {
        this.device = device;
        this.now = now;
        this.policy = policy;
    }

    /**
     * What is known to be agreed on, for the note of the next write. A note of an earlier write must not simply be replaced: if
     * that write took place, the device's content is the hub's, not a change of its own, and only that note says so.
     */
    public static BaseRecord resolved(KeyStates states) {
        return Standing.resolved(states);
    }

    /** What is to be done about the key. */
    public Plan plan(KeyStates states) {
        Standing standing = Standing.of(states, policy.hasHistory());
        if (policy.pushOnly()) {
            return new PushOnly(states, standing).plan();
        }
        HubState hub = states.hub();
        if (hub.doc().isPresent()) {
            Doc doc = hub.doc().get();
            Optional<SyncMeta> meta = doc.validMeta();
            if (meta.isEmpty()) {
                return stamp(states, standing, doc);
            }
            if (!meta.get().version().isAfter(hub.tombstoneVersion())) {
                return removeResidue(states, doc, meta.get().version());
            }
            return decide(states, standing, meta.get().state());
        }
        Optional<Tombstone> tombstone = hub.tombstone();
        if (tombstone.isPresent()
                && !(standing.isLive()
                        && standing.version().isAfter(tombstone.get().version()))) {
            return decide(states, standing, StateId.deleted(tombstone.get().version()));
        }
        if (standing.isLive()) {
            return bury(states, standing);
        }
        return decide(states, standing, StateId.NEVER);
    }

    /**
     * Whether a plan rests on when the local document was changed last, so that it is only as good as what the device's feed
     * has told: conflicts, changes that nothing dates yet, a write of unknown outcome that somebody may have undone, a
     * document of this device's own that is only on the hub, which may be one whose delete is still to be reported, and a write of
     * this device to the hub that was not noted, since when the document may have been changed back.
     *
     * @param device this device's origin
     * @param catchingUp whether the device's feed still tells of the time before this agent, so that even a document that
     *     somebody edited on the hub since may be one of this device's own
     */
    public static boolean restsOnLocalHistory(String device, boolean catchingUp, KeyStates states, Plan plan) {
        if (plan instanceof Plan.Stamp || plan instanceof Plan.Bury || plan instanceof Plan.RemoveResidue) {
            return false;
        }
        Standing standing = Standing.of(states, true);
        if (standing.dirty()) {
            boolean hubKnowsTheKey = !states.hub().equals(HubState.EMPTY);
            boolean undated = standing.knownTime().isEmpty();
            return plan.conflict().isPresent() || (undated && (standing.agreed().isPresent() || hubKnowsTheKey));
        }
        boolean ownDocument = states.hub()
                .doc()
                .flatMap(Doc::meta)
                .map(meta -> meta.version().origin().equals(device))
                .orElse(false);
        boolean onlyOnTheHub = standing.agreed().isEmpty()
                && states.local().isEmpty()
                && states.hub().doc().isPresent();
        return (onlyOnTheHub && (ownDocument || catchingUp))
                || standing.unresolvedIntent()
                || isOwnLaterState(device, states, standing);
    }

    /**
     * Whether the hub shows a write of this device that it did not live to note. A local document that looks untouched may have been
     * changed back since, or deleted and made again with the same content.
     */
    private static boolean isOwnLaterState(String device, KeyStates states, Standing standing) {
        Version hub = states.hub()
                .doc()
                .flatMap(Doc::validMeta)
                .map(SyncMeta::version)
                .orElse(states.hub().tombstoneVersion());
        return standing.agreed().isPresent() && isOwnLater(device, standing, hub);
    }

    /** Whether this device wrote a version of the hub's that is later than what was agreed on. */
    private static boolean isOwnLater(String device, Standing standing, Version hub) {
        return hub.origin().equals(device) && hub.isAfter(standing.version());
    }

    private Plan stamp(KeyStates states, Standing standing, Doc doc) {
        long seen = states.told().hubDelete() ? now : states.told().hubTime().orElse(now);
        long time = above(
                Math.min(seen, now),
                doc.meta().map(m -> m.version().time()).orElse(0L),
                states.hub().tombstoneVersion().time(),
                standing.floor());
        return new Plan.Stamp(doc, new Version(time, Version.ATLAS));
    }

    private Plan bury(KeyStates states, Standing standing) {
        long seen = states.told().hubDelete() ? states.told().hubTime().orElse(now) : now;
        long time = above(
                Math.min(seen, now),
                standing.floor(),
                states.hub().tombstoneVersion().time());
        return new Plan.Bury(new Version(time, Version.ATLAS), standing.version());
    }

    private Plan removeResidue(KeyStates states, Doc doc, Version version) {
        Tombstone tombstone = states.hub().tombstone().orElseThrow();
        return new Plan.RemoveResidue(
                doc,
                Optional.of(new Conflict(
                        states.key(),
                        Optional.empty(),
                        tombstone.version(),
                        Optional.of(doc),
                        version,
                        "tombstone",
                        Winner.LOCAL)));
    }

    private Plan decide(KeyStates states, Standing standing, StateId hub) {
        StateId agreed = standing.agreed().orElse(StateId.NEVER);
        boolean same = hub.equals(agreed) || (agreed.isDeleted() && hub.equals(StateId.NEVER));
        if (same && !standing.dirty()) {
            return new Plan.Settle(standing.record(), false, Optional.empty());
        }
        if (hub.hash().equals(states.localHash()) && !mayAddUp(standing, hub)) {
            return adopt(states, hub);
        }
        if (isOwnPushDeleted(states, standing, hub)) {
            return pushOnOwnPush(states, standing, hub);
        }
        boolean builtOnHub = isOwnUnconfirmedPush(standing, hub);
        if (!standing.dirty() && !builtOnHub) {
            return new Plan.Apply(states.hub().doc(), states.local(), hub, inDoubt(states, standing, hub));
        }
        if (same) {
            return push(states, localTime(states, standing), hub, Optional.empty());
        }
        if (builtOnHub) {
            return pushOnOwnPush(states, standing, hub);
        }
        if (standing.agreed().isEmpty() && standing.knownTime().isEmpty()) {
            return firstContact(states, hub);
        }
        return resolve(states, standing, hub);
    }

    /**
     * Whether the hub's state is one that this device pushed without living to note it, and the local state was made on top
     * of it. A device's history is one line: whatever is not what it pushed was made before or after it. The times decide, and in
     * doubt it was made after; a device restored from an old image also meets its own later pushes, but has no later change.
     */
    private boolean isOwnUnconfirmedPush(Standing standing, StateId hub) {
        return isOwnLater(device, standing, hub.version())
                && standing.knownTime().orElse(Long.MIN_VALUE) > hub.version().time() - DATING_ERROR;
    }

    /**
     * Whether this device created the hub's document without living to note it, and deleted its own since. A mark may say
     * that it had the document.
     */
    private boolean isOwnPushDeleted(KeyStates states, Standing standing, StateId hub) {
        boolean marked = standing.knownTime().isEmpty()
                && states.base().mark().map(Mark::hadDocument).orElse(false)
                && isOwnLater(device, standing, hub.version());
        return standing.agreed().isEmpty()
                && states.local().isEmpty()
                && !hub.isDeleted()
                && (marked || isOwnUnconfirmedPush(standing, hub));
    }

    /** What is overwritten is logged unless it is certain that this device's state was made on top of it. */
    private Plan pushOnOwnPush(KeyStates states, Standing standing, StateId hub) {
        long time = localTime(states, standing);
        Optional<Conflict> conflict = isSurelyOnOwnPush(standing, hub)
                ? Optional.empty()
                : Optional.of(conflict(states, new Version(time, device), hub, OWN_WRITE, Winner.LOCAL));
        return push(states, time, hub, conflict);
    }

    private boolean isSurelyOnOwnPush(Standing standing, StateId hub) {
        return isOwnUnconfirmedPush(standing, hub)
                && standing.agreed().isPresent()
                && standing.knownTime().orElse(0) > hub.version().time();
    }

    /** Local content that is overwritten although it may have been put back after an intended write. */
    private Optional<Conflict> inDoubt(KeyStates states, Standing standing, StateId hub) {
        if (!standing.maybeUndone()) {
            return Optional.empty(); // as nearly always: the time of the local change need not be looked for
        }
        Version local = new Version(localTime(states, standing), device);
        return Optional.of(conflict(states, local, hub, OWN_WRITE, Winner.ATLAS));
    }

    private Plan adopt(KeyStates states, StateId hub) {
        return new Plan.Settle(agree(hub, contentOf(states.hub().doc())), true, Optional.empty());
    }

    /** Whether somebody else changed the hub's document, and an application this device's, and both to the same content. */
    private boolean mayAddUp(Standing standing, StateId hub) {
        return policy.resolver().addsUp()
                && standing.dirty()
                && standing.ancestor().isPresent()
                && !hub.isDeleted()
                && !isOwnLater(device, standing, hub.version());
    }

    private Plan firstContact(KeyStates states, StateId hub) {
        if (hub.isDeleted()) {
            return apply(states, hub, Version.NONE, "deleted-before");
        }
        InitialSyncPreference preference = policy.initialSync();
        String rule = "initial-" + preference.label();
        OptionalLong local = states.local().map(d -> EditTime.of(d.content())).orElse(OptionalLong.empty());
        OptionalLong remote =
                states.hub().doc().map(d -> EditTime.of(d.content())).orElse(OptionalLong.empty());
        boolean localWins = switch (preference) {
            case LOCAL -> true;
            case ATLAS -> false;
            case NEWEST -> local.isPresent() && remote.isPresent() && local.getAsLong() > remote.getAsLong();
        };
        Version localVersion = new Version(Math.min(local.orElse(0), now), device);
        if (localWins) {
            return push(
                    states,
                    localVersion.time(),
                    hub,
                    Optional.of(conflict(states, localVersion, hub, rule, Winner.LOCAL)));
        }
        return apply(states, hub, localVersion, rule);
    }

    private Plan resolve(KeyStates states, Standing standing, StateId hub) {
        Version local = new Version(localTime(states, standing), device);
        ConflictResolver.Case conflict = new ConflictResolver.Case(
                states.key(),
                standing.ancestor(),
                states.local().map(Doc::content),
                local,
                states.hub().doc().map(Doc::content),
                hub.version());
        String rule = policy.resolver().name();
        Resolution resolution;
        try {
            resolution = checked(conflict, policy.resolver().resolve(conflict));
        } catch (RuntimeException e) {
            rule = "last-write-wins (" + rule + " failed: " + e.getClass().getSimpleName() + ")";
            resolution = conflict.newer();
        }
        if (resolution instanceof Resolution.Merged merged) {
            return merge(states, local, hub, rule, merged.content());
        }
        if (((Resolution.OneSide) resolution).local()) {
            return push(states, local.time(), hub, Optional.of(conflict(states, local, hub, rule, Winner.LOCAL)));
        }
        return apply(states, hub, local, rule);
    }

    /** Custom resolvers may return anything. */
    private static Resolution checked(ConflictResolver.Case conflict, Resolution resolution) {
        Objects.requireNonNull(resolution, "no resolution");
        if (resolution instanceof Resolution.Merged merged) {
            BsonValue id = merged.content().get("_id");
            boolean sameKey =
                    id != null && DocKey.of(conflict.key().collection(), id).equals(conflict.key());
            if (!sameKey) {
                throw new IllegalArgumentException("the merged document has another _id");
            }
        }
        return resolution;
    }

    private Plan merge(KeyStates states, Version local, StateId hub, String rule, BsonDocument content) {
        Doc merged = Doc.of(content);
        if (merged.hash().equals(hub.hash())) {
            return merged.hash().equals(states.localHash()) ? adopt(states, hub) : apply(states, hub, local, rule);
        }
        Optional<Conflict> conflict = Optional.of(conflict(states, local, hub, rule, Winner.MERGED));
        if (merged.hash().equals(states.localHash())) {
            return push(states, local.time(), hub, conflict);
        }
        long time = above(local.time(), local.time(), hub.version().time());
        return new Plan.MergeLocally(
                merged.content(), states.local(), hub, contentOf(states.hub().doc()), time, conflict);
    }

    private Plan push(KeyStates states, long time, StateId hub, Optional<Conflict> conflict) {
        long next = above(
                time, hub.version().time(), states.hub().tombstoneVersion().time());
        return new Plan.Push(
                states.local(),
                states.hub().doc(),
                new StateId(new Version(next, device), states.localHash()),
                hub.isDeleted() ? Version.NONE : hub.version(),
                conflict);
    }

    private Plan apply(KeyStates states, StateId hub, Version local, String rule) {
        return new Plan.Apply(
                states.hub().doc(), states.local(), hub, Optional.of(conflict(states, local, hub, rule, Winner.ATLAS)));
    }

    private Conflict conflict(KeyStates states, Version local, StateId hub, String rule, Winner winner) {
        return new Conflict(states.key(), states.local(), local, states.hub().doc(), hub.version(), rule, winner);
    }

    /** When the local change was made: known, or read from the document, or now; always above what it was made on. */
    private long localTime(KeyStates states, Standing standing) {
        OptionalLong known = standing.knownTime();
        if (known.isPresent()) {
            return above(Math.min(known.getAsLong(), now), standing.localFloor());
        }
        OptionalLong field = states.local().map(d -> EditTime.of(d.content())).orElse(OptionalLong.empty());
        boolean plausible = field.isPresent() && field.getAsLong() > standing.localFloor() && field.getAsLong() <= now;
        return above(plausible ? field.getAsLong() : now, standing.localFloor());
    }

    private BaseRecord agree(StateId state, Optional<RawBsonDocument> content) {
        return state.equals(StateId.NEVER) ? BaseRecord.NONE : BaseRecord.agreed(state, content);
    }

    private Optional<RawBsonDocument> contentOf(Optional<Doc> doc) {
        return policy.keepsContent() ? doc.map(Doc::content) : Optional.empty();
    }

    /** {@code wanted}, or the next time after the highest of {@code floors} when that is later. */
    private static long above(long wanted, long... floors) {
        long time = wanted;
        for (long floor : floors) {
            time = Math.max(time, floor + 1);
        }
        return time;
    }

    /** The decision for a collection whose hub state is never applied: the device always wins. */
    private final class PushOnly {
        private final KeyStates states;
        private final Standing standing;
        private final HubState hub;

        PushOnly(KeyStates states, Standing standing) {
            this.states = states;
            this.standing = standing;
            this.hub = states.hub();
        }

        Plan plan() {
            if (isOwnPushDeleted(states, standing, hubState())) {
                return pushOnOwnPush(states, standing, hubState());
            }
            if (!standing.dirty() && !isOwnUnconfirmedPush(standing, hubState())) {
                return new Plan.Settle(standing.record(), false, Optional.empty());
            }
            ContentHash hubHash = hub.doc().map(Doc::hash).orElse(ContentHash.DELETED);
            if (hubHash.equals(states.localHash())) {
                return adoptOrStamp();
            }
            boolean neverSynced =
                    standing.agreed().isEmpty() && standing.knownTime().isEmpty();
            if (neverSynced && hub.doc().isEmpty() && hub.tombstone().isPresent()) {
                StateId deleted = StateId.deleted(hub.tombstoneVersion());
                return new Plan.Settle(
                        standing.record(),
                        false,
                        Optional.of(conflict(states, Version.NONE, deleted, "deleted-before", Winner.ATLAS)));
            }
            return pushOver();
        }

        /** The hub's state as it shows itself, metadata that does not fit the content included. */
        private StateId hubState() {
            Optional<Version> version = hub.doc().isPresent()
                    ? hub.doc().get().meta().map(SyncMeta::version)
                    : hub.tombstone().map(Tombstone::version);
            return new StateId(
                    version.orElse(Version.NONE), hub.doc().map(Doc::hash).orElse(ContentHash.DELETED));
        }

        private Plan adoptOrStamp() {
            if (hub.doc().isEmpty()) {
                StateId state =
                        hub.tombstone().map(t -> StateId.deleted(t.version())).orElse(StateId.NEVER);
                return new Plan.Settle(agree(state, Optional.empty()), true, Optional.empty());
            }
            Doc doc = hub.doc().get();
            Optional<SyncMeta> meta = doc.validMeta().filter(m -> m.version().isAfter(hub.tombstoneVersion()));
            if (meta.isEmpty()) {
                return stamp(states, standing, doc);
            }
            return new Plan.Settle(agree(meta.get().state(), contentOf(hub.doc())), true, Optional.empty());
        }

        private Plan pushOver() {
            StateId hubState = hubState();
            boolean untouched =
                    hub.doc().isEmpty() || hub.doc().get().validMeta().isPresent();
            boolean known = standing.agreed().isPresent()
                    && untouched
                    && (hubState.equals(standing.agreed().get()) || isSurelyOnOwnPush(standing, hubState));
            boolean deletedUnseen = hub.tombstoneVersion().isAfter(standing.version());
            boolean nothingThere = hub.doc().isEmpty() && !standing.isLive() && !deletedUnseen;
            long time = localTime(states, standing);
            Optional<Conflict> conflict = known || nothingThere
                    ? Optional.empty()
                    : Optional.of(conflict(states, new Version(time, device), hubState, "push-only", Winner.LOCAL));
            return push(states, time, hubState, conflict);
        }
    }
}
