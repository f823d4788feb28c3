package io.tandem.agent.backup;

import com.mongodb.WriteConcern;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.UpdateOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;

/** What a restore must do to the sync's own collections so that no device takes old content for news, or news for deletes. */
final class SyncState {

    static final String METADATA = "_sync_metadata";
    static final String STATE = "_sync_state";
    static final String QUARANTINE = "_sync_quarantine";
    static final String HUB = "_sync_hub";
    static final String DEVICES = "_sync_devices";
    static final String CONFLICTS = "_sync_conflicts";
    static final String TOMBSTONES = "_sync_tombstones";

    /** The `_id` of the device's identity. */
    static final String INSTANCE = "instance";

    /** The `_id` of the note that a restore has begun and not ended; doctor looks for it. */
    static final String RESTORE_NOTE = "restore";

    /** A device that reported within this time counts as running. */
    static final Duration RECENTLY = Duration.ofMinutes(2);

    private static final Set<String> NEVER_RESTORED = Set.of(METADATA, STATE, QUARANTINE, HUB, DEVICES);
    private static final Set<String> OF_THE_HUB_ONLY = Set.of(TOMBSTONES, CONFLICTS);

    /** The beginning of the names of collections that a check makes and drops again. */
    private static final String SCRATCH = "_tandem_";

    private SyncState() {}

    /** Whether a collection exists for the length of a check only. */
    static boolean isScratch(String collection) {
        return collection.startsWith(SCRATCH);
    }

    /**
     * Whether a dump's collection must not be brought back: it says how things stood, not what the application stored.
     *
     * @param toHub whether the hub is restored; what only a hub has does not belong on a device
     */
    static boolean isNeverRestored(String collection, boolean toHub) {
        return NEVER_RESTORED.contains(collection)
                || isScratch(collection)
                || (!toHub && OF_THE_HUB_ONLY.contains(collection));
    }

    /** Whether a collection is only ever added to. */
    static boolean isNeverDropped(String collection) {
        return collection.equals(CONFLICTS);
    }

    static void noteRestoreBegins(MongoDatabase database, String noteCollection, String what, Instant now) {
        database.getCollection(noteCollection, BsonDocument.class)
                .updateOne(
                        id(RESTORE_NOTE),
                        new BsonDocument(
                                "$set",
                                new BsonDocument("source", new BsonString(what))
                                        .append("startedAt", new BsonDateTime(now.toEpochMilli()))),
                        new UpdateOptions().upsert(true));
    }

    static void noteRestoreEnds(MongoDatabase database, String noteCollection) {
        database.getCollection(noteCollection, BsonDocument.class).deleteOne(id(RESTORE_NOTE));
    }

    /**
     * Makes the next start of the device's agent a first contact: its drawn name, saved positions and base states go.
     *
     * <p>Base states must go with the data they describe. One that is newer than the restored document would make the old content look like
     * an edit made just now, and it would be pushed over everybody's work. A name from the settings stays, with the nonce by which the hub
     * knows that this is the same device and not a copy of it; which hub it belonged to is forgotten.
     */
    static void forgetDevice(MongoDatabase database) {
        MongoCollection<BsonDocument> metadata = database.getCollection(METADATA, BsonDocument.class);
        metadata.deleteMany(BsonDocument.parse(
                "{_id: {$nin: ['" + LocalLease.ID + "', '" + RESTORE_NOTE + "', '" + INSTANCE + "']}}"));
        metadata.deleteMany(BsonDocument.parse("{_id: '" + INSTANCE + "', generated: {$ne: false}}"));
        metadata.updateOne(id(INSTANCE), BsonDocument.parse("{$unset: {hubId: 1, hubEpoch: 1}}"));
        database.getCollection(STATE).drop();
        database.getCollection(QUARANTINE).drop();
    }

    /** Raises the hub's epoch; returns the new one, or 0 when no device ever synced with this hub. */
    static long raiseEpoch(MongoDatabase hub, Instant now) {
        MongoCollection<BsonDocument> hubs =
                hub.getCollection(HUB, BsonDocument.class).withWriteConcern(WriteConcern.MAJORITY);
        BsonDocument raised = hubs.findOneAndUpdate(
                id("hub"),
                new BsonDocument("$inc", new BsonDocument("epoch", new BsonInt64(1)))
                        .append("$set", new BsonDocument("restoredAt", new BsonDateTime(now.toEpochMilli()))),
                new FindOneAndUpdateOptions().returnDocument(ReturnDocument.AFTER));
        return raised == null ? 0 : raised.getNumber("epoch").longValue();
    }

    /** The names of the devices that reported to the hub, all or only those heard of since. */
    static List<String> devices(MongoDatabase hub, Instant since) {
        List<String> names = new ArrayList<>();
        for (BsonDocument device :
                hub.getCollection(DEVICES, BsonDocument.class).find()) {
            BsonValue seen = device.get("lastSeenAt");
            boolean recent =
                    seen != null && seen.isDateTime() && seen.asDateTime().getValue() >= since.toEpochMilli();
            if (recent || since.equals(Instant.EPOCH)) {
                BsonValue id = device.get("_id");
                names.add(id != null && id.isString() ? id.asString().getValue() : String.valueOf(id));
            }
        }
        return names.stream().sorted().toList();
    }

    private static BsonDocument id(String id) {
        return new BsonDocument("_id", new BsonString(id));
    }
}
