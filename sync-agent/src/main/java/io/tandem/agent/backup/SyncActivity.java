package io.tandem.agent.backup;

import com.mongodb.client.MongoDatabase;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonString;

/** Who works on a database, as far as the database tells. Pure reads; throws the driver's exceptions. */
public final class SyncActivity {

    private SyncActivity() {}

    /** The agent that holds the device's lease now. */
    public static Optional<String> describe(MongoDatabase local) {
        return LocalLease.holder(local).map(LocalLease.Holder::owner);
    }

    /** What an unfinished restore was made from. */
    public static Optional<String> unfinishedRestore(MongoDatabase database, boolean hub) {
        BsonDocument note = database.getCollection(hub ? SyncState.HUB : SyncState.METADATA, BsonDocument.class)
                .find(new BsonDocument("_id", new BsonString(SyncState.RESTORE_NOTE)))
                .first();
        return Optional.ofNullable(note)
                .map(found ->
                        found.getString("source", new BsonString("a backup")).getValue());
    }
}
