package io.tandem.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.Version;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.Test;

/**
 * What must hold for every course of events. A failing course is printed with its seed, cut down to the actions that are needed;
 * {@code -Dseed=N} starts from another one.
 */
class PlannerPropertiesTest {
    private static final long SEED = Long.getLong("seed", 1);
    private static final int COURSES = Integer.getInteger("courses", 1_500);
    private static final ConflictResolver LAST = new LastWriteWins();
    private static final ConflictResolver MERGE = new FieldMerge(Set.of("n"), Set.of("tags"));

    private enum Kind {
        WRITE,
        DELETE,
        HUB_WRITE,
        HUB_DELETE,
        LOOK,
        /** A look that ends after some of its writes. */
        KILLED,
        INCREMENT,
        /** One that leaves no other trace, so that two of them look the same. */
        BARE_INCREMENT
    }

    /** All that leave a content of their own. */
    private static final List<Kind> DISTINCT =
            EnumSet.complementOf(EnumSet.of(Kind.BARE_INCREMENT)).stream().toList();

    private record Action(Kind kind, int device, int number) {
        @Override
        public String toString() {
            return kind + " d" + device + " " + number;
        }
    }

    private static List<Action> course(long seed, List<Kind> kinds, int devices) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Action> actions = new ArrayList<>();
        int length = 3 + random.nextInt(12);
        for (int i = 0; i < length; i++) {
            Kind kind = kinds.get(random.nextInt(kinds.size()));
            actions.add(
                    new Action(kind, random.nextInt(devices), 1 + random.nextInt(kind == Kind.KILLED ? 3 : 1_000_000)));
        }
        return actions;
    }

    /** Finds a course that breaks the property, cuts it down and fails with it. */
    private static void always(List<Kind> kinds, int devices, Function<List<Action>, Optional<String>> property) {
        for (long seed = SEED; seed < SEED + COURSES; seed++) {
            List<Action> actions = course(seed, kinds, devices);
            if (broken(property, actions).isPresent()) {
                List<Action> cut = new ArrayList<>(actions);
                for (int i = cut.size() - 1; i >= 0; i--) {
                    List<Action> shorter = new ArrayList<>(cut);
                    shorter.remove(i);
                    if (broken(property, shorter).isPresent()) {
                        cut = shorter;
                    }
                }
                throw new AssertionError(
                        "seed " + seed + ": " + broken(property, cut).orElseThrow() + "\nafter " + cut);
            }
        }
    }

    private static Optional<String> broken(Function<List<Action>, Optional<String>> property, List<Action> actions) {
        try {
            return property.apply(actions);
        } catch (AssertionError | RuntimeException e) {
            return Optional.of(e.toString());
        }
    }

    private static Bench play(List<Action> actions, int devices, ConflictResolver resolver) {
        Bench bench = new Bench(devices, resolver);
        actions.forEach(action -> act(bench, action));
        return bench;
    }

    private static void act(Bench bench, Action action) {
        Bench.Device device = bench.devices.get(action.device() % bench.devices.size());
        switch (action.kind()) {
            case WRITE -> bench.edit(device, Optional.of(content(device.name, action.number())));
            case DELETE -> {
                if (device.local.isPresent()) {
                    bench.edit(device, Optional.empty());
                }
            }
            case HUB_WRITE -> bench.editHub(Optional.of(content("hub", action.number())));
            case HUB_DELETE -> {
                if (bench.hub.isPresent()) {
                    bench.editHub(Optional.empty());
                }
            }
            case LOOK -> bench.look(device, Integer.MAX_VALUE);
            case KILLED -> bench.look(device, action.number() % 4);
            case INCREMENT -> bench.edit(device, Optional.of(incremented(device, action.number())));
            case BARE_INCREMENT -> bench.edit(device, Optional.of(incremented(device, 0)));
        }
    }

    private static Doc content(String who, int number) {
        return Bench.doc(new BsonDocument("w", new BsonString(who + number)));
    }

    private static Doc incremented(Bench.Device device, int number) {
        BsonDocument fields = device.local
                .map(d -> d.content().decode(new BsonDocumentCodec()))
                .orElseGet(BsonDocument::new);
        fields.remove("_id");
        int before = fields.containsKey("n") ? fields.getInt32("n").getValue() : 0;
        fields.put("n", new BsonInt32(before + 1));
        if (number > 0) {
            fields.put(device.name, new BsonInt32(number));
        }
        return Bench.doc(fields);
    }

    private static List<Integer> order(int devices) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < devices; i++) {
            order.add(i);
        }
        return order;
    }

    @Test
    void comesToOneContentEverywhere() {
        for (ConflictResolver resolver : List.of(LAST, MERGE)) {
            always(List.of(Kind.values()), 3, actions -> {
                Bench bench = play(actions, 3, resolver);
                bench.settle(order(3));
                return bench.difference();
            });
        }
    }

    @Test
    void writesNothingOnceItIsSettled() {
        always(List.of(Kind.values()), 2, actions -> {
            Bench bench = play(actions, 2, LAST);
            bench.settle(order(2));
            for (Bench.Device device : bench.devices) {
                BaseRecord before = device.base;
                Plan plan = bench.look(device, 0);
                if (!(plan instanceof Plan.Settle settle) || !settle.base().equals(before)) {
                    return Optional.of(device.name + " wants " + plan + " on " + before);
                }
            }
            return Optional.empty();
        });
    }

    @Test
    void keepsEveryContentOrLogsItOrItsAuthorReplacedIt() {
        always(DISTINCT, 3, actions -> {
            Bench bench = new Bench(3, LAST);
            Set<ContentHash> owed = new HashSet<>();
            for (Action action : actions) {
                Bench.Device device = bench.devices.get(action.device() % 3);
                boolean onDevice =
                        Set.of(Kind.WRITE, Kind.DELETE, Kind.INCREMENT).contains(action.kind());
                boolean onHub = Set.of(Kind.HUB_WRITE, Kind.HUB_DELETE).contains(action.kind());
                Optional<Doc> replaced = onDevice ? device.local : onHub ? bench.hub : Optional.empty();
                replaced.ifPresent(doc -> owed.remove(doc.hash()));
                act(bench, action);
                Optional<Doc> written = onDevice ? device.local : onHub ? bench.hub : Optional.empty();
                written.ifPresent(doc -> owed.add(doc.hash()));
            }
            bench.settle(order(3));
            bench.hub.ifPresent(doc -> owed.remove(doc.hash()));
            for (Conflict conflict : bench.log) {
                conflict.local().ifPresent(doc -> owed.remove(doc.hash()));
                conflict.hub().ifPresent(doc -> owed.remove(doc.hash()));
            }
            return owed.isEmpty() ? Optional.empty() : Optional.of("lost without a trace: " + owed);
        });
    }

    @Test
    void hasTheSameWinnerInWhateverOrderDevicesCome() {
        always(List.of(Kind.WRITE, Kind.HUB_WRITE), 3, actions -> {
            Set<ContentHash> outcomes = new HashSet<>();
            for (int shuffle = 0; shuffle < 6; shuffle++) {
                Bench bench = new Bench(3, LAST);
                bench.edit(bench.devices.get(0), Optional.of(content("start", 0)));
                bench.settle(order(3));
                actions.forEach(action -> act(bench, action));
                List<Integer> order = order(3);
                Collections.shuffle(order, new Random(shuffle));
                bench.settle(order);
                outcomes.add(bench.hub.map(Doc::hash).orElse(ContentHash.DELETED));
            }
            return outcomes.size() == 1 ? Optional.empty() : Optional.of("winners: " + outcomes);
        });
    }

    @Test
    void letsTheLatestWriteWin() {
        always(List.of(Kind.WRITE, Kind.WRITE, Kind.HUB_WRITE, Kind.LOOK, Kind.KILLED), 3, actions -> {
            Bench bench = new Bench(3, LAST);
            Optional<ContentHash> last = Optional.empty();
            for (Action action : actions) {
                act(bench, action);
                if (action.kind() == Kind.WRITE) {
                    last = bench.devices.get(action.device() % 3).local.map(Doc::hash);
                } else if (action.kind() == Kind.HUB_WRITE) {
                    last = bench.hub.map(Doc::hash);
                }
            }
            bench.settle(order(3));
            Optional<ContentHash> survived = bench.hub.map(Doc::hash);
            return last.isEmpty() || survived.equals(last)
                    ? Optional.empty()
                    : Optional.of("the last write was " + last + ", but " + survived + " survived");
        });
    }

    @Test
    void raisesTheHubsVersionWithEveryWrite() {
        always(List.of(Kind.WRITE, Kind.DELETE, Kind.LOOK, Kind.KILLED, Kind.INCREMENT), 3, actions -> {
            Bench bench = new Bench(3, LAST);
            Version before = Version.NONE;
            for (Action action : actions) {
                List<Object> picture = List.of(bench.hub, bench.tombstone);
                act(bench, action);
                Version after = bench.hubVersion();
                boolean wrote = !picture.equals(List.of(bench.hub, bench.tombstone));
                if (wrote && before.isAfter(after)) {
                    return Optional.of(before + " was followed by " + after);
                }
                before = after;
            }
            return Optional.empty();
        });
    }

    @Test
    void countsEveryIncrementOnceWhateverIsInterrupted() {
        always(List.of(Kind.INCREMENT, Kind.LOOK, Kind.LOOK, Kind.KILLED), 3, actions -> {
            Bench bench = play(actions, 3, MERGE);
            bench.settle(order(3));
            long made = actions.stream().filter(a -> a.kind() == Kind.INCREMENT).count();
            long counted =
                    bench.hub.map(d -> d.content().getInt32("n").getValue()).orElse(0);
            boolean oneSideWon = bench.log.stream().anyMatch(c -> c.winner() != Conflict.Winner.MERGED);
            if (counted > made) {
                return Optional.of(counted + " counted, " + made + " made");
            }
            return counted == made || oneSideWon
                    ? bench.difference()
                    : Optional.of(counted + " counted, " + made + " made, and nothing logged as lost");
        });
    }

    @Test
    void addsUpIncrementsThatLookTheSame() {
        always(List.of(Kind.BARE_INCREMENT, Kind.LOOK), 3, actions -> {
            Bench bench = play(List.of(new Action(Kind.INCREMENT, 0, 1)), 3, MERGE);
            bench.settle(order(3));
            actions.forEach(action -> act(bench, action));
            bench.settle(order(3));
            long made = 1
                    + actions.stream()
                            .filter(a -> a.kind() == Kind.BARE_INCREMENT)
                            .count();
            int counted = bench.hub.orElseThrow().content().getInt32("n").getValue();
            return counted == made ? bench.difference() : Optional.of(counted + " counted, " + made + " made");
        });
    }

    /** In doubt about the push, the later version wins whole; that is noted, but not applied. */
    @Test
    void countsNothingTwiceWhenAPushThatNobodyConfirmedIsFollowedByAnInterruptedApply() {
        Bench bench = play(
                List.of(
                        new Action(Kind.INCREMENT, 0, 1),
                        new Action(Kind.LOOK, 0, 1),
                        new Action(Kind.INCREMENT, 0, 2),
                        new Action(Kind.KILLED, 0, 2), // pushed, but not noted as agreed
                        new Action(Kind.LOOK, 1, 1),
                        new Action(Kind.INCREMENT, 1, 3),
                        new Action(Kind.LOOK, 1, 1),
                        new Action(Kind.KILLED, 0, 2)),
                2,
                MERGE);

        bench.settle(order(2));

        assertThat(bench.hub.orElseThrow().content().getInt32("n").getValue()).isEqualTo(3);
        assertThat(bench.difference()).isEmpty();
    }

    @Test
    void mergesFieldsOfBothSidesWhicheverComesFirst() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < COURSES; i++) {
            BsonDocument base = fields(random);
            BsonDocument one = edited(base, random, "one");
            BsonDocument two = edited(base, random, "two");
            Version early = new Version(5, "a");
            Version late = new Version(6, "b");
            BsonDocument first = merged(base, one, early, two, late);
            BsonDocument second = merged(base, two, late, one, early);
            assertThat(sorted(first))
                    .as("seed %s, %s, %s, %s", SEED, base, one, two)
                    .isEqualTo(sorted(second));
            assertThat(merged(two, first, late, two, early))
                    .as("again on top of the hub")
                    .isEqualTo(first);
        }
    }

    private static BsonDocument merged(BsonDocument base, BsonDocument local, Version l, BsonDocument hub, Version h) {
        ConflictResolver.Resolution resolution = MERGE.resolve(
                new ConflictResolver.Case(Bench.KEY, Optional.of(base), Optional.of(local), l, Optional.of(hub), h));
        return ((ConflictResolver.Resolution.Merged) resolution).content();
    }

    private static BsonDocument sorted(BsonDocument document) {
        BsonDocument sorted = new BsonDocument();
        document.keySet().stream().sorted().forEach(name -> sorted.append(name, sortedValue(document, name)));
        return sorted;
    }

    private static org.bson.BsonValue sortedValue(BsonDocument document, String name) {
        if (document.get(name) instanceof BsonDocument nested) {
            return sorted(nested);
        }
        if (document.get(name) instanceof BsonArray array) {
            List<org.bson.BsonValue> elements = new ArrayList<>(array);
            elements.sort(java.util.Comparator.comparing(Object::toString));
            return new BsonArray(elements);
        }
        return document.get(name);
    }

    private static BsonDocument fields(SplittableRandom random) {
        BsonDocument document = new BsonDocument("_id", Bench.KEY.id()).append("n", new BsonInt32(random.nextInt(5)));
        for (int i = 0; i < 3; i++) {
            if (random.nextBoolean()) {
                document.append("f" + i, new BsonInt32(random.nextInt(3)));
            }
        }
        BsonDocument nested = new BsonDocument();
        nested.append("x", new BsonInt32(random.nextInt(3))).append("y", new BsonInt32(random.nextInt(3)));
        document.append("deep", nested);
        document.append("tags", new BsonArray(List.of(new BsonString("a"), new BsonString("b"))));
        return document;
    }

    private static BsonDocument edited(BsonDocument base, SplittableRandom random, String who) {
        BsonDocument document = base.clone();
        document.put("n", new BsonInt32(document.getInt32("n").getValue() + random.nextInt(3)));
        for (int i = 0; i < 3; i++) {
            switch (random.nextInt(4)) {
                case 0 -> document.remove("f" + i);
                case 1 -> document.put("f" + i, new BsonString(who));
                default -> {
                    // left as it is
                }
            }
        }
        if (random.nextBoolean()) {
            document.getDocument("deep").put(random.nextBoolean() ? "x" : "z", new BsonString(who));
        }
        if (random.nextBoolean()) {
            document.getArray("tags").add(new BsonString(who));
        }
        if (random.nextInt(3) == 0) {
            document.getArray("tags").remove(new BsonString("a"));
        }
        return document;
    }
}
