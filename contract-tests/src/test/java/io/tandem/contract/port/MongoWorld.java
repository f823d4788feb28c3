package io.tandem.contract.port;

import com.mongodb.MongoSocketException;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import io.tandem.engine.checkpoint.BaseStore;
import io.tandem.engine.checkpoint.DeviceStore;
import io.tandem.engine.checkpoint.HubStore;
import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.model.BsonBytes;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.mongo.MongoPorts;
import io.tandem.engine.read.StateReader;
import io.tandem.engine.scan.KeyScanner;
import io.tandem.engine.time.ClockProbe;
import io.tandem.engine.time.Ticker;
import io.tandem.engine.watch.ChangeSource;
import io.tandem.engine.write.ConflictLog;
import io.tandem.engine.write.GuardedTarget;
import io.tandem.engine.write.QuarantineStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;

/** A world over two servers, in databases of its own. */
final class MongoWorld implements World {
    private final MongoClient localClient;
    private final MongoClient hubClient;
    private final EngineConfig config;
    private final MongoPorts ports;
    private final List<MongoPorts> others = new ArrayList<>();

    MongoWorld(String localUri, String hubUri) {
        String database = "tandem_contract_" + UUID.randomUUID().toString().substring(0, 8);
        config = EngineConfig.builder()
                .local(localUri, database + "_local")
                .hub(hubUri, database + "_hub")
                .instanceId(DEVICE)
                .batchSize(100)
                .build();
        localClient = MongoClients.create(localUri);
        hubClient = MongoClients.create(hubUri);
        ports = MongoPorts.open(config, Ticker.system());
        ports.fence(1);
    }

    /** A world on the servers of all tests. */
    static MongoWorld create() {
        return new MongoWorld(Servers.localUri(), Servers.hubUri());
    }

    MongoPorts ports() {
        return ports;
    }

    EngineConfig config() {
        return config;
    }

    MongoDatabase database(Side side) {
        MongoClient client = side == Side.LOCAL ? localClient : hubClient;
        return client.getDatabase(side == Side.LOCAL ? config.localDatabase() : config.hubDatabase())
                .withWriteConcern(WriteConcern.MAJORITY);
    }

    MongoCollection<RawBsonDocument> collection(Side side, String name) {
        return database(side).getCollection(name, RawBsonDocument.class);
    }

    @Override
    public StateReader reader() {
        return ports.reader();
    }

    @Override
    public GuardedTarget target() {
        return ports.target();
    }

    @Override
    public BaseStore bases() {
        return ports.bases();
    }

    @Override
    public BaseStore bases(long fence) {
        MongoPorts other = MongoPorts.open(config, Ticker.system());
        others.add(other);
        other.fence(fence);
        return other.bases();
    }

    @Override
    public DeviceStore device() {
        return ports.device();
    }

    @Override
    public HubStore hub() {
        return ports.hub();
    }

    @Override
    public QuarantineStore quarantine() {
        return ports.quarantine();
    }

    @Override
    public ConflictLog conflictLog() {
        return ports.conflictLog();
    }

    @Override
    public KeyScanner scanner() {
        return ports.scanner();
    }

    @Override
    public ClockProbe clock() {
        return ports.clock();
    }

    @Override
    public ChangeSource changes(Side side) {
        return side == Side.LOCAL ? ports.localChanges() : ports.hubChanges(DEVICE);
    }

    @Override
    public void put(Side side, String name, BsonDocument document) {
        BsonDocument byId =
                new BsonDocument("_id", new BsonDocument("$eq", Objects.requireNonNull(document.get("_id"))));
        RawBsonDocument raw = BsonBytes.raw(document);
        if (collection(side, name).replaceOne(byId, raw).getMatchedCount() == 0) {
            collection(side, name).insertOne(raw);
        }
    }

    @Override
    public void remove(Side side, DocKey key) {
        collection(side, key.collection()).deleteOne(new BsonDocument("_id", new BsonDocument("$eq", key.id())));
    }

    @Override
    public void drop(Side side, String name) {
        collection(side, name).drop();
    }

    @Override
    public Optional<Doc> stored(Side side, DocKey key) {
        return Optional.ofNullable(collection(side, key.collection())
                        .find(new BsonDocument("_id", new BsonDocument("$eq", key.id())))
                        .first())
                .map(Doc::of);
    }

    @Override
    public void close() {
        others.forEach(MongoPorts::close);
        ports.close();
        drop(Side.LOCAL);
        drop(Side.HUB);
        localClient.close();
        hubClient.close();
    }

    /** Drivers do not retry drops, and a test may have broken the connections. */
    private void drop(Side side) {
        try {
            database(side).drop();
        } catch (MongoSocketException broken) {
            database(side).drop();
        }
    }
}
