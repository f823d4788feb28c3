package io.tandem.engine.plan;

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
import io.tandem.engine.model.Pushing;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Tombstone;
import io.tandem.engine.model.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.RawBsonDocument;

/**
 * One document on several devices and a hub, with plans carried out as the engine does, one write after the other; the carrying
 * out may stop after any of them, as a killed agent does.
 */
final class Bench {
    static final DocKey KEY = DocKey.of("c", new BsonInt32(1));
    private static final int STEPS_MAX = 60;

    /** One device: its document and what it remembers. */
    static final class Device {
        final String name;
        Optional<Doc> local = Optional.empty();
        BaseRecord base = BaseRecord.NONE;
        Hints hints = Hints.NONE;

        Device(String name) {
            this.name = name;
        }
    }

    final List<Device> devices = new ArrayList<>();
    final List<Conflict> log = new ArrayList<>();
    private final ConflictResolver resolver;
    Optional<Doc> hub = Optional.empty();
    Optional<Tombstone> tombstone = Optional.empty();
    Hints hubHints = Hints.NONE;
    long now = 1_000;

    Bench(int count, ConflictResolver resolver) {
        this.resolver = resolver;
        for (int i = 0; i < count; i++) {
            devices.add(new Device("d" + i));
        }
    }

    static Doc doc(BsonDocument fields) {
        BsonDocument document = new BsonDocument("_id", KEY.id());
        fields.forEach(document::append);
        return Doc.of(document);
    }

    /** An application writes or deletes at a known time. */
    void edit(Device device, Optional<Doc> content) {
        now += 10;
        device.local = content;
        device.hints = device.hints.and(Hints.local(now));
    }

    /** A person writes on the hub without metadata, or deletes. */
    void editHub(Optional<Doc> content) {
        now += 10;
        hub = content;
        hubHints = Hints.hub(now, content.isEmpty());
    }

    /** Looks once, carrying out at most {@code writes} writes. */
    Plan look(Device device, int writes) {
        Hints hints = device.hints.and(hubHints);
        KeyStates states = new KeyStates(KEY, device.local, device.base, new HubState(hub, tombstone), hints);
        long looked = now + 1;
        Plan plan = new Planner(device.name, looked, new Policy(false, resolver, InitialSyncPreference.NEWEST))
                .plan(states);
        List<Runnable> steps = steps(device, Planner.resolved(states), plan, looked);
        steps.stream().limit(writes).forEach(Runnable::run);
        boolean finished = writes >= steps.size();
        if (finished && isFinal(plan)) {
            device.hints = Hints.NONE;
        }
        return plan;
    }

    private static boolean isFinal(Plan plan) {
        return plan instanceof Plan.Settle || plan instanceof Plan.Push || plan instanceof Plan.Apply;
    }

    private List<Runnable> steps(Device device, BaseRecord known, Plan plan, long looked) {
        List<Runnable> steps = new ArrayList<>();
        Optional<ContentHash> before = resolver.needsBase()
                ? Optional.of(device.local.map(Doc::hash).orElse(ContentHash.DELETED))
                : Optional.empty();
        plan.conflict().ifPresent(conflict -> steps.add(() -> log.add(conflict)));
        if (plan instanceof Plan.Settle settle) {
            steps.add(() -> device.base = settle.base());
        } else if (plan instanceof Plan.Stamp stamp) {
            SyncMeta meta = new SyncMeta(stamp.version(), stamp.seen().hash());
            steps.add(() -> hub = Optional.of(Doc.of(Doc.withMeta(stamp.seen().content(), meta))));
        } else if (plan instanceof Plan.Bury bury) {
            steps.add(() -> tombstone = Optional.of(new Tombstone(bury.version(), bury.parent())));
        } else if (plan instanceof Plan.RemoveResidue) {
            steps.add(() -> hub = Optional.empty());
        } else if (plan instanceof Plan.Push push) {
            push(device, known, push, steps);
        } else if (plan instanceof Plan.Apply apply) {
            Optional<RawBsonDocument> content = kept(apply.hub());
            steps.add(() -> device.base = known.withIntent(
                    new Intent(OptionalLong.of(looked), apply.next().hash(), before, apply.next(), content)));
            steps.add(() -> device.local = apply.hub().map(d -> Doc.of(d.content())));
            steps.add(() -> device.base = BaseRecord.agreed(apply.next(), content));
        } else if (plan instanceof Plan.MergeLocally merge) {
            Doc merged = Doc.of(merge.merged());
            steps.add(() -> device.base = known.withIntent(new Intent(
                            OptionalLong.of(looked), merged.hash(), before, merge.hubState(), merge.hubContent()))
                    .withMark(Mark.at(merge.dirtyTime())));
            steps.add(() -> device.local = Optional.of(merged));
            steps.add(() -> device.base =
                    BaseRecord.agreed(merge.hubState(), merge.hubContent()).withMark(Mark.at(merge.dirtyTime())));
        }
        return steps;
    }

    private void push(Device device, BaseRecord known, Plan.Push push, List<Runnable> steps) {
        Optional<RawBsonDocument> content = kept(push.local());
        if (resolver.needsBase()) {
            steps.add(() -> device.base = known.withPushing(new Pushing(push.next(), content)));
        }
        if (push.local().isPresent()) {
            SyncMeta meta = new SyncMeta(push.next().version(), push.next().hash());
            steps.add(() ->
                    hub = Optional.of(Doc.of(Doc.withMeta(push.local().get().content(), meta))));
        } else {
            steps.add(() -> tombstone = Optional.of(new Tombstone(push.next().version(), push.parent())));
            steps.add(() -> hub = Optional.empty());
        }
        steps.add(() -> device.base = BaseRecord.agreed(push.next(), content));
    }

    private Optional<RawBsonDocument> kept(Optional<Doc> doc) {
        return resolver.needsBase() ? doc.map(Doc::content) : Optional.empty();
    }

    /** Everybody looks in turn until nobody writes any more. */
    void settle(List<Integer> order) {
        for (int step = 0; step < STEPS_MAX; step++) {
            List<Object> before = picture();
            for (int number : order) {
                look(devices.get(number % devices.size()), Integer.MAX_VALUE);
            }
            if (before.equals(picture())) {
                return;
            }
        }
        throw new AssertionError("never comes to rest: " + picture());
    }

    /** Everything that is stored, comparable cheaply. */
    List<Object> picture() {
        List<Object> stored = new ArrayList<>(List.of(hub, tombstone));
        for (Device device : devices) {
            stored.add(device.local);
            stored.add(device.base.state());
            stored.add(device.base.intent().map(Intent::thenBase));
            stored.add(device.base.pushing().map(Pushing::next));
            stored.add(device.base.mark());
        }
        return stored;
    }

    /** Why the sides differ; empty when they do not. */
    Optional<String> difference() {
        ContentHash wanted = hub.map(Doc::hash).orElse(ContentHash.DELETED);
        for (Device device : devices) {
            if (!device.local.map(Doc::hash).orElse(ContentHash.DELETED).equals(wanted)) {
                return Optional.of(device.name + " has " + device.local + ", the hub " + hub + " " + tombstone);
            }
        }
        return Optional.empty();
    }

    /** Time of the hub's document or tombstone. */
    Version hubVersion() {
        return hub.flatMap(Doc::meta)
                .map(SyncMeta::version)
                .orElse(tombstone.map(Tombstone::version).orElse(Version.NONE));
    }
}
