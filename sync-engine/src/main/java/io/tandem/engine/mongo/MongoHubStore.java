package io.tandem.engine.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.UpdateOptions;
import io.tandem.engine.checkpoint.HubStore;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.Names;
import io.tandem.engine.status.Device;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * The hub's documents about itself and its devices. Thread-safe.
 *
 * <ul>
 *   <li>{@code _sync_hub}: {@code {_id: "hub", id: <drawn once>, epoch: <64-bit>}}
 *   <li>{@code _sync_devices}: {@code {_id: <instance id>, nonce, _beat: <number, 64-bit>, lastSeenAt: <date, hub's clock>,
 *       startedAt: <date, hub's clock>, version, role, lagMillis, queueSize, clockOffsetMillis: <or null>, identityClash}}
 * </ul>
 */
final class MongoHubStore implements HubStore {
    /** The heartbeat's number; an unusual name, because feeds ask for it in the changes of all collections. */
    static final String BEAT = "_beat";

    /** A fleet's devices; beyond it the list would no longer help anyone. */
    private static final int DEVICES = 10_000;

    private static final String TTL_INDEX = "expiry";

    private final Link hub;
    private final Names names;

    MongoHubStore(Link hub, Names names) {
        this.hub = hub;
        this.names = names;
    }

    @Override
    public HubIdentity identity() {
        return hub.with(names.hub(), "read the hub's identity in", documents -> {
            RawBsonDocument known = documents.find(byName("hub")).first();
            return identity(known != null ? known : introduce(documents));
        });
    }

    private static RawBsonDocument introduce(MongoCollection<RawBsonDocument> documents) {
        BsonDocument fresh =
                new BsonDocument("id", new BsonString(UUID.randomUUID().toString())).append("epoch", new BsonInt64(1));
        RawBsonDocument stored;
        try {
            stored = documents.findOneAndUpdate(
                    byName("hub"),
                    new BsonDocument("$setOnInsert", fresh),
                    new FindOneAndUpdateOptions().upsert(true).returnDocument(ReturnDocument.AFTER));
        } catch (MongoException e) {
            if (!DriverFaults.isDuplicateKey(e.getCode())) {
                throw e;
            }
            // Another device introduced itself at the same moment; its identity holds.
            stored = documents.find(byName("hub")).first();
        }
        if (stored == null) {
            throw new SyncException(
                    FaultCode.UNKNOWN, "Cannot read the hub's identity: it was removed while it was being made.");
        }
        return stored;
    }

    private static HubIdentity identity(BsonDocument stored) {
        String id = Values.text(stored, "id")
                .orElseThrow(() -> new SyncException(
                        FaultCode.HUB_CHANGED,
                        "Cannot read the hub's identity: its document has no text field 'id'. Restore it from a backup,"
                                + " or remove the document to make a new identity."));
        return new HubIdentity(id, Values.number(stored, "epoch").orElse(1L));
    }

    @Override
    public Optional<String> nonceOf(String instanceId) {
        return hub.with(
                names.devices(),
                "read",
                devices -> Optional.ofNullable(devices.find(byName(instanceId)).first())
                        .flatMap(device -> Values.text(device, "nonce")));
    }

    @Override
    public void heartbeat(Heartbeat heartbeat) {
        BsonDocument fields = new BsonDocument("nonce", new BsonString(heartbeat.nonce()))
                .append(BEAT, new BsonInt64(heartbeat.number()))
                .append("startedAt", new BsonDateTime(heartbeat.startedAtMillis()))
                .append("version", new BsonString(heartbeat.version()))
                .append("role", new BsonString(heartbeat.role()))
                .append("lagMillis", new BsonInt64(heartbeat.lagMillis()))
                .append("queueSize", new BsonInt64(heartbeat.queueSize()))
                .append(
                        "clockOffsetMillis",
                        heartbeat
                                .clockOffsetMillis()
                                .<BsonValue>map(BsonInt64::new)
                                .orElse(BsonNull.VALUE))
                .append("identityClash", BsonBoolean.valueOf(heartbeat.identityClash()));
        BsonDocument update = new BsonDocument("$set", fields)
                .append("$currentDate", new BsonDocument("lastSeenAt", BsonBoolean.TRUE));
        hub.with(
                names.devices(),
                "report to",
                devices -> devices.updateOne(byName(heartbeat.instanceId()), update, new UpdateOptions().upsert(true)));
    }

    private static BsonDocument byName(String id) {
        return Values.byId(new BsonString(id));
    }

    @Override
    public List<Device> devices(String self) {
        return hub.with(names.devices(), "list", devices -> {
            List<Device> result = new ArrayList<>();
            devices.find()
                    .sort(new BsonDocument("_id", new BsonInt32(1)))
                    .limit(DEVICES)
                    .forEach(stored -> result.add(device(stored, self)));
            return result;
        });
    }

    private static Device device(BsonDocument stored, String self) {
        String id = Values.text(stored, "_id").orElse("?");
        return new Device(
                id,
                instant(stored, "lastSeenAt"),
                instant(stored, "startedAt"),
                Values.text(stored, "version").orElse(""),
                Values.text(stored, "role").orElse(""),
                Values.number(stored, "lagMillis").orElse(0L),
                Values.number(stored, "queueSize").orElse(0L),
                Values.number(stored, "clockOffsetMillis"),
                stored.getBoolean("identityClash", BsonBoolean.FALSE).getValue(),
                id.equals(self));
    }

    private static Instant instant(BsonDocument stored, String field) {
        return Instant.ofEpochMilli(Values.date(stored, field).orElse(0L));
    }

    @Override
    public void prepare(int tombstoneRetentionDays) {
        hub.with(names.conflicts(), "make the indexes of", conflicts -> {
            conflicts.createIndex(keys("at", -1, "_id", -1), new IndexOptions().name("newest"));
            return conflicts.createIndex(
                    new BsonDocument("collection", new BsonInt32(1))
                            .append("at", new BsonInt32(-1))
                            .append("_id", new BsonInt32(-1)),
                    new IndexOptions().name("collection"));
        });
        expire(Duration.ofDays(tombstoneRetentionDays).toSeconds());
    }

    private static BsonDocument keys(String first, int firstOrder, String second, int secondOrder) {
        return new BsonDocument(first, new BsonInt32(firstOrder)).append(second, new BsonInt32(secondOrder));
    }

    /** Makes the index by which tombstones expire, or changes how long they stay. */
    private void expire(long seconds) {
        hub.with(names.tombstones(), "make the indexes of", tombstones -> {
            BsonDocument key = new BsonDocument("deletedAt", new BsonInt32(1));
            IndexOptions options = new IndexOptions().name(TTL_INDEX).expireAfter(seconds, TimeUnit.SECONDS);
            try {
                return tombstones.createIndex(key, options);
            } catch (MongoCommandException e) {
                if (e.getErrorCode() != DriverFaults.INDEX_OPTIONS_CONFLICT
                        && e.getErrorCode() != DriverFaults.INDEX_KEY_SPECS_CONFLICT) {
                    throw e;
                }
                // Another retention than before. Changing it in place needs a privilege that readWrite lacks.
                tombstones.dropIndex(key);
                return tombstones.createIndex(key, options);
            }
        });
    }
}
