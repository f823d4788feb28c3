package io.tandem.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.HubState;
import io.tandem.engine.model.InitialSyncPreference;
import io.tandem.engine.model.Intent;
import io.tandem.engine.model.KeyStates;
import io.tandem.engine.model.Mark;
import io.tandem.engine.model.StateId;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Tombstone;
import io.tandem.engine.model.Version;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;

/**
 * The planner against a table made by hand, over every combination of states. The first row that fits a combination says
 * what must be planned; every row must be needed.
 */
class PlannerTableTest {
    private static final String ME = "me";
    private static final String OTHER = "other";
    /** A span in which nobody is in doubt of what came first. */
    private static final long SPAN = 2 * Planner.DATING_ERROR;

    private static final long NOW = 20 * SPAN;
    private static final long EARLIER = 2 * SPAN;
    private static final long LATER = 9 * SPAN;
    /** A moment after the intended write, and a moment before what the hub holds; both may be the other way round. */
    private static final long SOON = 6 * SPAN + Planner.DATING_ERROR / 2;

    private static final long NEAR = 7 * SPAN - Planner.DATING_ERROR / 2;
    private static final DocKey KEY = DocKey.of("c", new BsonInt32(1));

    /** What was agreed on, and the three ways to go on from there; they can be merged by field. */
    private static final Doc BASE = doc(0, 0);

    private static final Doc EDIT = doc(1, 0);
    private static final Doc HUBS = doc(0, 2);
    private static final Doc INTENDED = doc(0, 3);

    private static final Version AGREED_VERSION = new Version(5 * SPAN, OTHER);
    private static final Version INTENT_VERSION = new Version(6 * SPAN, OTHER);

    private static Doc doc(int a, int b) {
        return Doc.of(
                new BsonDocument("_id", KEY.id()).append("a", new BsonInt32(a)).append("b", new BsonInt32(b)));
    }

    private enum Hub {
        /** Neither document nor tombstone. */
        NOTHING,
        /** What was agreed on. */
        SAME,
        /** A later document of this very device. */
        MINE,
        /** A later document of somebody else. */
        OTHERS,
        /** An older document of somebody else, put back with its metadata. */
        REWOUND,
        /** A document without metadata. */
        BARE,
        /** A document with the metadata of what it was before. */
        STALE,
        /** A later delete. */
        DELETED,
        /** A delete that is older than what was agreed on. */
        OLD_DELETE,
        /** The agreed document with a later tombstone: a delete under way. */
        RESIDUE
    }

    private enum Base {
        NONE,
        LIVE,
        DELETED
    }

    private enum Local {
        UNCHANGED,
        CHANGED,
        REMOVED,
        /** The hub's content. */
        AS_HUB,
        /** The content that the pending intent was about to write. */
        AS_INTENDED
    }

    private enum Pending {
        /** No local write is under way. */
        NO,
        /** One is, and nobody noted what it would replace. */
        UNNOTED,
        /** One is, over what the device holds now: it did not take place. */
        OVER_THIS,
        /** One is, over something else. */
        OVER_OTHER
    }

    private enum Time {
        UNKNOWN,
        EARLY_EVENT,
        SOON_EVENT,
        NEAR_EVENT,
        LATE_EVENT,
        EARLY_MARK,
        SOON_MARK,
        NEAR_MARK,
        LATE_MARK;

        OptionalLong known() {
            return switch (this) {
                case UNKNOWN -> OptionalLong.empty();
                case EARLY_EVENT, EARLY_MARK -> OptionalLong.of(EARLIER);
                case SOON_EVENT, SOON_MARK -> OptionalLong.of(SOON);
                case NEAR_EVENT, NEAR_MARK -> OptionalLong.of(NEAR);
                case LATE_EVENT, LATE_MARK -> OptionalLong.of(LATER);
            };
        }

        boolean isEvent() {
            return name().endsWith("_EVENT");
        }

        String word() {
            return this == UNKNOWN
                    ? "unknown"
                    : name().substring(0, name().indexOf('_')).toLowerCase(Locale.ROOT);
        }
    }

    private record Combination(
            Hub hub,
            Base base,
            Pending intent,
            Local local,
            Time time,
            String resolver,
            boolean pushOnly,
            boolean hasHistory) {}

    /**
     * mode, hub, agreed (as it stands after a written intent), local, time, resolver, plan. Alternatives are separated by a
     * slash. "doubtful" is an edit next to a pending intent, unless it is known to be older: nobody can tell which state it was made on.
     * "wavering" is the agreed content next to a pending intent, and perhaps put back after it: a later change was told of, or none ever is.
     */
    private static final String TABLE = """
            # A hub that somebody edited directly is made readable first.
            both | bare/stale   | *             | *               | *            | *           | stamp
            both | residue      | *             | *               | *            | *           | remove+log
            both | nothing      | live/intended | *               | *            | *           | bury
            both | old_delete   | live/intended | *               | *            | *           | bury

            # Clean: follow the hub, wherever it went; only a provably later undo of our own push is pushed.
            both | mine         | live/intended/deleted | clean/wavering | late  | *           | push
            both | mine         | live/intended/deleted | clean/wavering | near  | *           | push+log
            both | mine         | none          | clean/removed/wavering/dirty/doubtful | late/near | * | push+log
            both | *            | *             | equal           | *            | *           | adopt
            both | nothing/same | *             | clean/wavering  | *            | *           | settle
            both | *            | *             | clean           | *            | *           | apply
            both | *            | *             | wavering        | *            | *           | apply+log

            # Dirty, and the hub is where we left it, or where we ourselves took it.
            both | nothing/same | *             | dirty/doubtful/removed | *     | *           | push
            both | mine         | live/intended/deleted | dirty/doubtful/removed | late | *    | push
            both | mine         | live/intended/deleted | dirty/doubtful/removed | near | *    | push+log

            # First contact: nobody ever agreed on anything and nobody knows when.
            both | *            | none          | dirty/doubtful  | unknown      | *           | apply+log

            # Conflicts.
            both | *            | *             | *               | *            | local-wins  | push+log
            both | *            | *             | *               | *            | atlas-wins  | apply+log
            both | deleted/old_delete | *       | *               | *            | field-merge | push+log
            both | *            | *             | removed         | *            | field-merge | apply+log
            both | *            | live/intended | dirty           | *            | field-merge | merge+log
            both | rewound/old_delete | live/intended/deleted | * | *            | *           | push+log
            both | rewound/old_delete | none    | *               | soon/near    | *           | push+log
            both | *            | *             | *               | late/unknown | *           | push+log
            both | *            | *             | *               | early/soon/near | *        | apply+log

            # Push-only: nothing ever comes back, and whatever is overwritten is kept.
            push | mine         | live/intended/deleted | clean   | late         | *           | push
            push | mine         | live/intended/deleted | clean   | near         | *           | push+log
            push | mine         | none          | clean/removed   | late/near    | *           | push+log
            push | *            | *             | clean           | *            | *           | settle
            push | bare/stale/residue | *       | equal           | *            | *           | stamp
            push | *            | *             | equal           | *            | *           | adopt
            push | deleted/old_delete | none    | *               | unknown      | *           | settle+log
            push | nothing      | none/deleted  | *               | *            | *           | push
            push | old_delete   | deleted       | *               | *            | *           | push
            push | same         | *             | *               | *            | *           | push
            push | residue      | live          | *               | *            | *           | push
            push | mine         | live/intended/deleted | *       | late         | *           | push
            push | *            | *             | *               | *            | *           | push+log
            """;

    private record Row(String text, List<Set<String>> columns, String plan) {
        boolean fits(List<String> words) {
            for (int i = 0; i < words.size(); i++) {
                Set<String> allowed = columns.get(i);
                if (!allowed.contains("*") && !allowed.contains(words.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (String line : TABLE.lines().toList()) {
            if (line.contains("|")) {
                String[] cells = line.split("\\|");
                List<Set<String>> columns = new ArrayList<>();
                for (int i = 0; i < cells.length - 1; i++) {
                    columns.add(Set.of(cells[i].strip().split("/")));
                }
                rows.add(new Row(line.strip(), columns, cells[cells.length - 1].strip()));
            }
        }
        return rows;
    }

    private static List<Combination> combinations() {
        List<Combination> all = new ArrayList<>();
        for (Hub hub : Hub.values()) {
            for (Base base : Base.values()) {
                for (Pending intent : Pending.values()) {
                    for (Local local : Local.values()) {
                        for (Time time : Time.values()) {
                            for (String resolver : Resolvers.BUILT_IN) {
                                for (int i = 0; i < 4; i++) {
                                    boolean pushOnly = i % 2 == 1;
                                    boolean hasHistory = i < 2;
                                    all.add(new Combination(
                                            hub, base, intent, local, time, resolver, pushOnly, hasHistory));
                                }
                            }
                        }
                    }
                }
            }
        }
        all.removeIf(c -> !exists(c));
        return all;
    }

    private static boolean exists(Combination c) {
        boolean intended = isIntended(c);
        return (c.local != Local.REMOVED || c.base == Base.LIVE)
                && (c.local != Local.AS_INTENDED || c.intent != Pending.NO)
                && (c.local != Local.AS_HUB || hubDoc(c).isPresent())
                && (c.hub != Hub.SAME || c.base != Base.NONE || intended);
    }

    private static boolean isIntended(Combination c) {
        return c.intent != Pending.NO && c.local == Local.AS_INTENDED;
    }

    private static Optional<StateId> agreed(Combination c) {
        if (isIntended(c)) {
            return Optional.of(new StateId(INTENT_VERSION, INTENDED.hash()));
        }
        return switch (c.base) {
            case NONE -> Optional.empty();
            case LIVE -> Optional.of(new StateId(AGREED_VERSION, BASE.hash()));
            case DELETED -> Optional.of(StateId.deleted(AGREED_VERSION));
        };
    }

    private static Optional<Doc> hubDoc(Combination c) {
        return switch (c.hub) {
            case NOTHING, DELETED, OLD_DELETE -> Optional.empty();
            case SAME ->
                isIntended(c)
                        ? Optional.of(stamped(INTENDED, INTENT_VERSION))
                        : c.base == Base.LIVE ? Optional.of(stamped(BASE, AGREED_VERSION)) : Optional.empty();
            case MINE -> Optional.of(stamped(HUBS, new Version(7 * SPAN, ME)));
            case OTHERS -> Optional.of(stamped(HUBS, new Version(7 * SPAN, OTHER)));
            case REWOUND -> Optional.of(stamped(HUBS, new Version(3 * SPAN, OTHER)));
            case BARE -> Optional.of(HUBS);
            case STALE -> Optional.of(Doc.of(Doc.withMeta(HUBS.content(), new SyncMeta(AGREED_VERSION, BASE.hash()))));
            case RESIDUE -> Optional.of(stamped(BASE, AGREED_VERSION));
        };
    }

    private static Doc stamped(Doc doc, Version version) {
        return Doc.of(Doc.withMeta(doc.content(), new SyncMeta(version, doc.hash())));
    }

    private static Optional<Tombstone> tombstone(Combination c) {
        return switch (c.hub) {
            case DELETED, RESIDUE -> Optional.of(new Tombstone(new Version(7 * SPAN, OTHER), AGREED_VERSION));
            case OLD_DELETE -> Optional.of(new Tombstone(new Version(3 * SPAN, OTHER), Version.NONE));
            case SAME ->
                c.base == Base.DELETED && !isIntended(c)
                        ? Optional.of(new Tombstone(AGREED_VERSION, Version.NONE))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Optional<Doc> local(Combination c) {
        return switch (c.local) {
            case UNCHANGED -> c.base == Base.LIVE ? Optional.of(BASE) : Optional.empty();
            case CHANGED -> Optional.of(EDIT);
            case REMOVED -> Optional.empty();
            case AS_HUB -> hubDoc(c).map(d -> Doc.of(d.content()));
            case AS_INTENDED -> Optional.of(INTENDED);
        };
    }

    private static KeyStates states(Combination c, boolean keepsContent) {
        Optional<StateId> state = agreed(new Combination(
                c.hub, c.base, Pending.NO, Local.UNCHANGED, c.time, c.resolver, c.pushOnly, c.hasHistory));
        BaseRecord base = BaseRecord.agreed(
                state, c.base == Base.LIVE && keepsContent ? Optional.of(BASE.content()) : Optional.empty());
        if (c.intent != Pending.NO) {
            base = base.withIntent(new Intent(
                    OptionalLong.empty(),
                    INTENDED.hash(),
                    before(c),
                    new StateId(INTENT_VERSION, INTENDED.hash()),
                    keepsContent ? Optional.of(INTENDED.content()) : Optional.empty()));
        }
        Hints hints = Hints.NONE;
        if (c.time.isEvent()) {
            hints = Hints.local(c.time.known().getAsLong());
        } else if (c.time != Time.UNKNOWN) {
            base = base.withMark(Mark.at(c.time.known().getAsLong()));
        }
        return new KeyStates(KEY, local(c), base, new HubState(hubDoc(c), tombstone(c)), hints);
    }

    private static Optional<ContentHash> before(Combination c) {
        return switch (c.intent) {
            case NO, UNNOTED -> Optional.empty();
            case OVER_THIS -> Optional.of(local(c).map(Doc::hash).orElse(ContentHash.DELETED));
            case OVER_OTHER -> Optional.of(doc(9, 9).hash());
        };
    }

    private static Plan plan(Combination c) {
        ConflictResolver resolver = Resolvers.of(List.of()).get(c.resolver, Set.of(), Set.of());
        Policy policy = new Policy(c.pushOnly, resolver, InitialSyncPreference.ATLAS, c.hasHistory);
        return new Planner(ME, NOW, policy).plan(states(c, policy.keepsContent()));
    }

    /** The combination in the table's words. */
    private static List<String> words(Combination c) {
        ContentHash local = local(c).map(Doc::hash).orElse(ContentHash.DELETED);
        ContentHash hub = hubDoc(c).map(Doc::hash).orElse(ContentHash.DELETED);
        Optional<StateId> agreed = agreed(c);
        String agreedWord = isIntended(c) ? "intended" : c.base.name().toLowerCase(Locale.ROOT);
        boolean pending = c.intent != Pending.NO && !isIntended(c);
        long afterIntent = c.time.known().orElse(0) - INTENT_VERSION.time();
        boolean undone = pending && afterIntent > (c.base == Base.NONE ? 0 : Planner.DATING_ERROR);
        boolean mayBeLater = c.hasHistory ? afterIntent > -Planner.DATING_ERROR : c.base != Base.NONE;
        boolean wavering = pending && !c.pushOnly && mayBeLater;
        boolean clean = agreed.orElse(StateId.NEVER).hash().equals(local) && !undone;
        boolean older = c.intent == Pending.OVER_THIS
                && !agreed.orElse(StateId.NEVER).hash().equals(local);
        boolean doubtful = pending && !clean && !older;
        boolean moved = c.hub != Hub.SAME && c.hub != Hub.NOTHING;
        String localWord = hub.equals(local) && (moved || !clean) && !(c.pushOnly && clean)
                ? "equal"
                : clean
                        ? (wavering ? "wavering" : "clean")
                        : local.isDeleted() ? "removed" : doubtful ? "doubtful" : "dirty";
        return List.of(
                c.pushOnly ? "push" : "both",
                c.hub.name().toLowerCase(Locale.ROOT),
                agreedWord,
                localWord,
                c.time.word(),
                c.resolver);
    }

    private static String word(Plan plan) {
        String kind;
        if (plan instanceof Plan.Settle settle) {
            kind = settle.adopted() ? "adopt" : "settle";
        } else if (plan instanceof Plan.Push) {
            kind = "push";
        } else if (plan instanceof Plan.Apply) {
            kind = "apply";
        } else if (plan instanceof Plan.Stamp) {
            kind = "stamp";
        } else if (plan instanceof Plan.Bury) {
            kind = "bury";
        } else if (plan instanceof Plan.RemoveResidue remove) {
            return remove.conflict().isPresent() ? "remove+log" : "remove";
        } else {
            kind = "merge";
        }
        return kind + (plan.conflict().isPresent() ? "+log" : "");
    }

    @Test
    void plansWhatTheTableSays() {
        List<Row> rows = rows();
        Set<Row> used = new HashSet<>();
        List<String> wrong = new ArrayList<>();
        for (Combination c : combinations()) {
            List<String> words = words(c);
            Row row = rows.stream().filter(r -> r.fits(words)).findFirst().orElseThrow(() -> new AssertionError(words));
            used.add(row);
            String planned = word(plan(c));
            if (!planned.equals(row.plan())) {
                wrong.add(words + " " + c + ": planned " + planned + ", the table says " + row.text());
            }
        }
        assertThat(wrong.stream().limit(5)).as("%s wrong", wrong.size()).isEmpty();
        assertThat(rows).as("rows that no combination needs").allMatch(used::contains);
        assertThat(combinations()).hasSizeGreaterThan(5_000);
    }

    @Test
    void writesOnlyOverWhatItSaw() {
        for (Combination c : combinations()) {
            Plan plan = plan(c);
            if (plan instanceof Plan.Apply apply) {
                assertThat(apply.seen()).as("%s", c).isEqualTo(local(c));
                assertThat(apply.hub()).as("%s", c).isEqualTo(hubDoc(c));
            } else if (plan instanceof Plan.MergeLocally merge) {
                assertThat(merge.seen()).as("%s", c).isEqualTo(local(c));
            } else if (plan instanceof Plan.Push push) {
                assertThat(push.seen()).as("%s", c).isEqualTo(hubDoc(c));
                assertThat(push.local()).as("%s", c).isEqualTo(local(c));
            } else if (plan instanceof Plan.Stamp stamp) {
                assertThat(Optional.of(stamp.seen())).as("%s", c).isEqualTo(hubDoc(c));
            } else if (plan instanceof Plan.RemoveResidue remove) {
                assertThat(Optional.of(remove.seen())).as("%s", c).isEqualTo(hubDoc(c));
            }
        }
    }

    @Test
    void writesOnlyVersionsAboveAllThatItKnows() {
        for (Combination c : combinations()) {
            Plan plan = plan(c);
            Version written = plan instanceof Plan.Push push
                    ? push.next().version()
                    : plan instanceof Plan.Stamp stamp
                            ? stamp.version()
                            : plan instanceof Plan.Bury bury ? bury.version() : new Version(NOW, "~");
            List<Version> known = new ArrayList<>();
            hubDoc(c).flatMap(Doc::meta).map(SyncMeta::version).ifPresent(known::add);
            tombstone(c).map(Tombstone::version).ifPresent(known::add);
            agreed(c).map(StateId::version).ifPresent(known::add);
            assertThat(known).as("%s: %s", c, plan).allMatch(written::isAfter);
            assertThat(written.time()).as("%s: %s", c, plan).isLessThanOrEqualTo(NOW);
        }
    }

    @Test
    void logsEveryContentThatItGivesUp() {
        for (Combination c : combinations()) {
            Plan plan = plan(c);
            boolean dirty = !agreed(c)
                    .orElse(StateId.NEVER)
                    .hash()
                    .equals(local(c).map(Doc::hash).orElse(ContentHash.DELETED));
            if (plan instanceof Plan.Apply && dirty) {
                Conflict conflict = plan.conflict().orElseThrow(() -> new AssertionError("not logged: " + c));
                assertThat(conflict.local()).as("%s", c).isEqualTo(local(c));
            }
            if (plan instanceof Plan.RemoveResidue remove) {
                assertThat(remove.conflict().flatMap(Conflict::hub)).as("%s", c).isEqualTo(hubDoc(c));
            }
            boolean othersWork = c.hub == Hub.OTHERS || c.hub == Hub.REWOUND || c.hub == Hub.BARE || c.hub == Hub.STALE;
            if (plan instanceof Plan.Push && othersWork) {
                Conflict conflict = plan.conflict().orElseThrow(() -> new AssertionError("not logged: " + c));
                assertThat(conflict.hub()).as("%s", c).isEqualTo(hubDoc(c));
            }
        }
    }

    @Test
    void neverWritesLocallyWhenPushOnly() {
        assertThat(combinations().stream()
                        .filter(Combination::pushOnly)
                        .map(PlannerTableTest::plan)
                        .toList())
                .noneMatch(p -> p instanceof Plan.Apply
                        || p instanceof Plan.MergeLocally
                        || p instanceof Plan.Bury
                        || p instanceof Plan.RemoveResidue);
    }

    @Test
    void decidesAFirstContactByPreference() {
        Doc young = Doc.of(BASE.content()
                .decode(new org.bson.codecs.BsonDocumentCodec())
                .append("updatedAt", new org.bson.BsonDateTime(50)));
        Doc old = Doc.of(HUBS.content()
                .decode(new org.bson.codecs.BsonDocumentCodec())
                .append("updatedAt", new org.bson.BsonDateTime(40)));
        assertThat(firstContact(InitialSyncPreference.NEWEST, young, old)).isEqualTo("push+log");
        assertThat(firstContact(InitialSyncPreference.NEWEST, old, young)).isEqualTo("apply+log");
        assertThat(firstContact(InitialSyncPreference.NEWEST, young, HUBS)).isEqualTo("apply+log");
        assertThat(firstContact(InitialSyncPreference.NEWEST, EDIT, old)).isEqualTo("apply+log");
        assertThat(firstContact(InitialSyncPreference.ATLAS, young, old)).isEqualTo("apply+log");
        assertThat(firstContact(InitialSyncPreference.LOCAL, old, young)).isEqualTo("push+log");
        assertThat(firstContact(InitialSyncPreference.LOCAL, old, Doc.of(old.content())))
                .isEqualTo("adopt");
    }

    private static String firstContact(InitialSyncPreference preference, Doc local, Doc hub) {
        Policy policy = new Policy(false, new LastWriteWins(), preference);
        return word(new Planner(ME, Version.timeAt(100), policy)
                .plan(new KeyStates(
                        KEY,
                        Optional.of(local),
                        BaseRecord.NONE,
                        new HubState(Optional.of(stamped(hub, new Version(7 * SPAN, OTHER))), Optional.empty()),
                        Hints.NONE)));
    }

    @Test
    @SuppressWarnings("NullAway") // what a careless resolver does
    void fallsBackToTheLaterVersionWhenACustomResolverFails() {
        List<ConflictResolver.Resolution> bad = new ArrayList<>();
        bad.add(null);
        bad.add(ConflictResolver.Resolution.merged(new BsonDocument("a", new BsonInt32(9))));
        bad.add(ConflictResolver.Resolution.merged(new BsonDocument("_id", new BsonInt32(2))));
        for (ConflictResolver.Resolution resolution : bad) {
            Plan plan = conflictOf(resolution);
            assertThat(plan).as("%s", resolution).isInstanceOf(Plan.Apply.class);
            assertThat(plan.conflict().orElseThrow().strategy()).startsWith("last-write-wins (custom failed: ");
        }
        assertThat(conflictOf(ConflictResolver.Resolution.LOCAL)).isInstanceOf(Plan.Push.class);
        assertThat(conflictOf(ConflictResolver.Resolution.merged(new BsonDocument("_id", KEY.id()))))
                .isInstanceOf(Plan.MergeLocally.class);
    }

    private static Plan conflictOf(ConflictResolver.Resolution resolution) {
        ConflictResolver custom = new ConflictResolver() {
            @Override
            public String name() {
                return "custom";
            }

            @Override
            public Resolution resolve(Case conflict) {
                return resolution;
            }
        };
        Combination c = new Combination(
                Hub.OTHERS, Base.LIVE, Pending.NO, Local.CHANGED, Time.EARLY_EVENT, "last-write-wins", false, true);
        return new Planner(ME, NOW, new Policy(false, custom, InitialSyncPreference.ATLAS)).plan(states(c, false));
    }

    @Test
    void datesAnUndatedChangeByItsOwnFieldWhenThatIsPlausible() {
        long base = Version.timeAt(10);
        long now = Version.timeAt(100);
        assertThat(pushedTime(base, now, 50)).isEqualTo(Version.timeAt(50));
        assertThat(pushedTime(base, now, 5)).as("before the base").isEqualTo(now);
        assertThat(pushedTime(base, now, 500)).as("in the future").isEqualTo(now);
    }

    private static long pushedTime(long base, long now, long updatedAt) {
        Doc local = Doc.of(new BsonDocument("_id", KEY.id())
                .append("updatedAt", new org.bson.BsonDateTime(updatedAt))
                .append("x", new BsonString("y")));
        StateId agreed = new StateId(new Version(base, OTHER), BASE.hash());
        Plan plan = new Planner(ME, now, new Policy(false, new LastWriteWins(), InitialSyncPreference.ATLAS))
                .plan(new KeyStates(
                        KEY,
                        Optional.of(local),
                        BaseRecord.agreed(agreed, Optional.empty()),
                        new HubState(Optional.of(stamped(BASE, agreed.version())), Optional.empty()),
                        Hints.NONE));
        return ((Plan.Push) plan).next().version().time();
    }
}
