package io.tandem.engine.scan;

import io.tandem.engine.dirty.DirtyKeys;
import io.tandem.engine.dirty.DirtyKeys.Work;
import io.tandem.engine.fake.FakeBases;
import io.tandem.engine.fake.FakeDevice;
import io.tandem.engine.fake.FakeScanner;
import io.tandem.engine.fake.FakeSides;
import io.tandem.engine.fake.Faults;
import io.tandem.engine.fake.HandClock;
import io.tandem.engine.guard.DeleteGuard;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.StateId;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Version;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/** Two sides with documents to compare, and everything that a comparison needs. */
final class Stock {
    static final int GUARD_PERCENT = 30;
    static final int GUARD_MIN = 10;

    final Faults faults = new Faults();
    final HandClock clock = new HandClock();
    final FakeSides sides = new FakeSides(faults);
    final FakeBases bases = new FakeBases(faults);
    final FakeDevice device = new FakeDevice(faults);
    final FakeScanner scanner = new FakeScanner(sides, bases, faults);
    final DirtyKeys queue = new DirtyKeys(10_000, clock);
    final DeleteGuard guard = new DeleteGuard(GUARD_PERCENT, GUARD_MIN, clock);

    static DocKey key(String collection, int id) {
        return DocKey.of(collection, new BsonInt32(id));
    }

    static Doc doc(int id, int value) {
        return Doc.of(new BsonDocument("_id", new BsonInt32(id)).append("value", new BsonInt32(value)));
    }

    /** Documents that both sides have and agree on. */
    void agreed(String collection, int from, int to) {
        for (int id = from; id <= to; id++) {
            Doc content = doc(id, 0);
            Version version = new Version(id + 1L, "other");
            sides.local.put(key(collection, id), content);
            sides.hub.put(
                    key(collection, id),
                    Doc.of(Doc.withMeta(content.content(), new SyncMeta(version, content.hash()))));
            bases.records.put(
                    key(collection, id), BaseRecord.agreed(new StateId(version, content.hash()), Optional.empty()));
        }
    }

    void deleteLocally(String collection, int from, int to) {
        for (int id = from; id <= to; id++) {
            sides.local.remove(key(collection, id));
        }
    }

    void deleteOnHub(String collection, int from, int to) {
        for (int id = from; id <= to; id++) {
            sides.hub.remove(key(collection, id));
        }
    }

    /** Somebody works on everything that is queued. */
    List<DocKey> workOff() {
        List<Work> taken = queue.take(100_000);
        taken.forEach(queue::done);
        return taken.stream().map(Work::key).toList();
    }
}
