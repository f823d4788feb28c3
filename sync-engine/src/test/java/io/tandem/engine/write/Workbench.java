package io.tandem.engine.write;

import io.tandem.engine.fake.FakeBases;
import io.tandem.engine.fake.FakeSides;
import io.tandem.engine.fake.Faults;
import io.tandem.engine.fake.HandClock;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.InitialSyncPreference;
import io.tandem.engine.model.KeyStates;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.StateId;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Tombstone;
import io.tandem.engine.model.Version;
import io.tandem.engine.plan.Plan;
import io.tandem.engine.plan.Planner;
import io.tandem.engine.plan.Policy;
import io.tandem.engine.plan.Resolvers;
import io.tandem.engine.read.ThreeStateReader;
import io.tandem.engine.watch.EchoRegistry;
import io.tandem.engine.write.GuardedWriter.Planned;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.RawBsonDocument;

/**
 * A device and a hub in memory between which one batch is in every situation that leads to a write, and the way from reading to
 * writing as the engine goes it.
 */
final class Workbench {
    static final DocKey CREATED = key(1);
    static final DocKey CHANGED = key(2);
    static final DocKey DELETED = key(3);
    static final DocKey CREATED_ON_HUB = key(4);
    static final DocKey CHANGED_ON_HUB = key(5);
    static final DocKey DELETED_ON_HUB = key(6);
    static final DocKey CHANGED_ON_BOTH = key(7);
    static final DocKey DELETED_HERE_CHANGED_THERE = key(8);
    static final DocKey CHANGED_HERE_DELETED_THERE = key(9);
    static final DocKey EDITED_BY_HAND_ON_HUB = key(10);
    static final DocKey DELETED_BY_HAND_ON_HUB = key(11);
    static final DocKey OLDER_THAN_ITS_TOMBSTONE = key(12);
    static final DocKey SAME_ON_BOTH = key(13);

    private static final int LOOKS_MAX = 30;
    private static final String DEVICE = "device";
    private static final String OTHER = "other";

    final Faults faults = new Faults();
    final FakeSides sides = new FakeSides(faults);
    final FakeBases bases = new FakeBases(faults);
    final EchoRegistry echoes = new EchoRegistry(new HandClock());
    final Map<DocKey, Hints> hints = new LinkedHashMap<>();
    private final Policy policy;
    private boolean notesEveryPush;
    private final GuardedWriter writer;
    private long now = 1_000_000;

    Workbench(String resolver) {
        policy = new Policy(
                false, Resolvers.of(List.of()).get(resolver, Set.of(), Set.of()), InitialSyncPreference.NEWEST);
        writer = new GuardedWriter(sides, bases, new GuardedWriter.EchoExpectations() {
            @Override
            public void expect(Side side, DocKey key, boolean delete) {
                echoes.expect(side, key, delete);
            }

            @Override
            public void withdraw(Side side, DocKey key) {
                echoes.withdraw(side, key);
            }
        });
    }

    private static DocKey key(int id) {
        return DocKey.of("c", new BsonInt32(id));
    }

    /** A document with one field for the device's changes and one for the hub's, so that both can be merged. */
    static RawBsonDocument content(DocKey key, int here, int there) {
        BsonDocument document = new BsonDocument("_id", key.id())
                .append("here", new BsonInt32(here))
                .append("there", new BsonInt32(there));
        return Doc.of(document).content();
    }

    /** Puts every situation on the bench. */
    Workbench withEverySituation() {
        for (int id = 1; id <= 13; id++) {
            hints.put(key(id), Hints.NONE);
        }
        for (DocKey key : List.of(
                CHANGED,
                DELETED,
                CHANGED_ON_HUB,
                DELETED_ON_HUB,
                CHANGED_ON_BOTH,
                DELETED_HERE_CHANGED_THERE,
                CHANGED_HERE_DELETED_THERE,
                EDITED_BY_HAND_ON_HUB,
                DELETED_BY_HAND_ON_HUB)) {
            agree(key);
        }
        onDevice(CREATED, Optional.of(content(CREATED, 1, 0)));
        onDevice(CHANGED, Optional.of(content(CHANGED, 1, 0)));
        onDevice(DELETED, Optional.empty());
        byOther(CREATED_ON_HUB, Optional.of(content(CREATED_ON_HUB, 0, 1)));
        byOther(CHANGED_ON_HUB, Optional.of(content(CHANGED_ON_HUB, 0, 1)));
        byOther(DELETED_ON_HUB, Optional.empty());
        byOther(CHANGED_ON_BOTH, Optional.of(content(CHANGED_ON_BOTH, 0, 1)));
        onDevice(CHANGED_ON_BOTH, Optional.of(content(CHANGED_ON_BOTH, 1, 0)));
        onDevice(DELETED_HERE_CHANGED_THERE, Optional.empty());
        byOther(DELETED_HERE_CHANGED_THERE, Optional.of(content(DELETED_HERE_CHANGED_THERE, 0, 1)));
        byOther(CHANGED_HERE_DELETED_THERE, Optional.empty());
        onDevice(CHANGED_HERE_DELETED_THERE, Optional.of(content(CHANGED_HERE_DELETED_THERE, 1, 0)));
        byHand(EDITED_BY_HAND_ON_HUB, Optional.of(content(EDITED_BY_HAND_ON_HUB, 0, 1)));
        byHand(DELETED_BY_HAND_ON_HUB, Optional.empty());
        byOther(OLDER_THAN_ITS_TOMBSTONE, Optional.of(content(OLDER_THAN_ITS_TOMBSTONE, 0, 1)));
        sides.tombstones.put(OLDER_THAN_ITS_TOMBSTONE, new Tombstone(new Version(tick(), OTHER), Version.NONE));
        byOther(SAME_ON_BOTH, Optional.of(content(SAME_ON_BOTH, 1, 1)));
        onDevice(SAME_ON_BOTH, Optional.of(content(SAME_ON_BOTH, 1, 1)));
        return this;
    }

    /** Notes every push before it is made, as where no feed would tell of a later change. */
    Workbench notingEveryPush() {
        notesEveryPush = true;
        return this;
    }

    private long tick() {
        now += 10;
        return now;
    }

    /** Both sides agree on a first content. */
    void agree(DocKey key) {
        RawBsonDocument content = content(key, 0, 0);
        Version version = new Version(tick(), OTHER);
        byVersion(key, Optional.of(content), version);
        sides.local.put(key, Doc.of(content));
        bases.records.put(
                key,
                BaseRecord.agreed(
                        new StateId(version, Doc.of(content).hash()),
                        policy.keepsContent() ? Optional.of(content) : Optional.empty()));
        hints.put(key, Hints.NONE);
    }

    /** An application on the device writes or deletes. */
    void onDevice(DocKey key, Optional<RawBsonDocument> content) {
        content.ifPresentOrElse(c -> sides.local.put(key, Doc.of(c)), () -> sides.local.remove(key));
        hints.merge(key, Hints.local(tick()), Hints::and);
    }

    /** Another device's agent writes or deletes. */
    void byOther(DocKey key, Optional<RawBsonDocument> content) {
        byVersion(key, content, new Version(tick(), OTHER));
    }

    private void byVersion(DocKey key, Optional<RawBsonDocument> content, Version version) {
        if (content.isPresent()) {
            SyncMeta meta = new SyncMeta(version, Doc.of(content.get()).hash());
            sides.hub.put(key, Doc.of(Doc.withMeta(content.get(), meta)));
        } else {
            sides.hub.remove(key);
            sides.tombstones.put(key, new Tombstone(version, Version.NONE));
        }
    }

    /** A person writes or deletes on the hub. */
    void byHand(DocKey key, Optional<RawBsonDocument> content) {
        content.ifPresentOrElse(c -> sides.hub.put(key, Doc.of(c)), () -> sides.hub.remove(key));
        hints.merge(key, Hints.hub(tick(), content.isEmpty()), Hints::and);
    }

    /** What the three sides say of every key, and what is to be done about it. */
    List<Planned> planned() {
        List<Planned> batch = new ArrayList<>();
        long now = tick();
        Planner planner = new Planner(DEVICE, now, policy);
        Map<DocKey, Hints> asked = new LinkedHashMap<>();
        hints.forEach((key, h) -> asked.put(key, h.onBothSides()));
        for (KeyStates states : new ThreeStateReader(sides, bases).load(asked).states()) {
            batch.add(new Planned(
                    states,
                    planner.plan(states),
                    policy.keepsContent(),
                    policy.keepsContent() || notesEveryPush,
                    OptionalLong.of(now)));
        }
        return batch;
    }

    /** Carries out what was planned. */
    List<Verdict> carryOut(List<Planned> batch) {
        return writer.carryOut(batch);
    }

    /** Looks at every key until there is nothing more to do. */
    Workbench settle() {
        for (int look = 0; look < LOOKS_MAX; look++) {
            List<Planned> batch = planned();
            boolean rest = batch.stream()
                    .allMatch(p -> p.plan() instanceof Plan.Settle settle
                            && settle.base().equals(p.states().base()));
            if (rest) {
                return this;
            }
            carryOut(batch);
        }
        throw new AssertionError("never comes to rest");
    }

    /** The content of every key on a side. */
    Map<DocKey, RawBsonDocument> contents(Side side) {
        Map<DocKey, RawBsonDocument> contents = new LinkedHashMap<>();
        for (DocKey key : hints.keySet()) {
            Doc doc = sides.of(side).get(key);
            if (doc != null) {
                contents.put(key, doc.content());
            }
        }
        return contents;
    }

    /** Whether a content is in the conflict log. */
    boolean isLogged(DocKey key, ContentHash content) {
        return sides.log.values().stream()
                .filter(conflict -> conflict.key().equals(key))
                .anyMatch(conflict -> content.equals(hash(conflict.local())) || content.equals(hash(conflict.hub())));
    }

    static ContentHash hash(Optional<Doc> doc) {
        return doc.map(Doc::hash).orElse(ContentHash.DELETED);
    }
}
