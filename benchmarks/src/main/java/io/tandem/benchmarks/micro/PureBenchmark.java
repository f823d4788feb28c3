package io.tandem.benchmarks.micro;

import io.tandem.benchmarks.load.Documents;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.BsonBytes;
import io.tandem.engine.model.BsonOrder;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Hints;
import io.tandem.engine.model.HubState;
import io.tandem.engine.model.InitialSyncPreference;
import io.tandem.engine.model.KeyStates;
import io.tandem.engine.model.StateId;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Version;
import io.tandem.engine.plan.Plan;
import io.tandem.engine.plan.Planner;
import io.tandem.engine.plan.Policy;
import io.tandem.engine.plan.Resolvers;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.bson.BsonObjectId;
import org.bson.RawBsonDocument;
import org.bson.types.ObjectId;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What every change passes through and needs no server: decoding, hashing, stamping, ordering and naming of keys, deciding. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PureBenchmark {
    private final RawBsonDocument local = BsonBytes.raw(Documents.KILOBYTE.document(7, 2));
    private final byte[] bytes = BsonBytes.of(local);
    private final Doc localDoc = Doc.of(local);
    private final Doc before = Doc.of(Documents.KILOBYTE.document(7, 1));
    private final SyncMeta meta =
            new SyncMeta(new Version(Version.timeAt(1_700_000_000_000L), "device"), before.hash());
    private final RawBsonDocument stored = Doc.withMeta(before.content(), meta);
    private final BsonObjectId oneId = new BsonObjectId(new ObjectId("65a0f1d420a4d760b5fbdbd6"));
    private final BsonObjectId otherId = new BsonObjectId(new ObjectId("65a0f1d420a4d760b5fbdbd7"));
    private final KeyStates states = new KeyStates(
            DocKey.of("items", oneId),
            Optional.of(localDoc),
            BaseRecord.agreed(new StateId(meta.version(), before.hash()), Optional.empty()),
            new HubState(Optional.of(Doc.of(stored)), Optional.empty()),
            Hints.local(Version.timeAt(1_700_000_001_000L)));
    private final Planner planner = new Planner(
            "device",
            Version.timeAt(1_700_000_002_000L),
            new Policy(
                    false,
                    Resolvers.discover().get("last-write-wins", Set.of(), Set.of()),
                    InitialSyncPreference.NEWEST));

    /** Hashes a document of a kilobyte. */
    @Benchmark
    public ContentHash hashKilobyte() {
        return ContentHash.of(bytes);
    }

    /** Takes a device's document of a kilobyte from the bytes that came. */
    @Benchmark
    public Doc decodeLocalKilobyte() {
        return Doc.of(local);
    }

    /** Takes a hub's document of a kilobyte from the bytes that came, metadata set apart. */
    @Benchmark
    public Doc decodeHubKilobyte() {
        return Doc.of(stored);
    }

    /** Adds metadata to a document of a kilobyte. */
    @Benchmark
    public RawBsonDocument stampKilobyte() {
        return Doc.withMeta(local, meta);
    }

    /** Makes the key of a document. */
    @Benchmark
    public DocKey makeKey() {
        return DocKey.of("items", oneId);
    }

    /** Compares two keys as a scan does. */
    @Benchmark
    public int compareKeys() {
        return BsonOrder.INSTANCE.compare(oneId, otherId);
    }

    /** Decides about a changed document. */
    @Benchmark
    public Plan planPush() {
        return planner.plan(states);
    }
}
