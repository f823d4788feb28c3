package io.tandem.agent.backup;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReturnDocument;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.bson.BsonArray;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * The device's lease (`_sync_metadata`, `_id: "lease"`), held while its database is being restored so that no agent works on it. An agent
 * that starts meanwhile stands by.
 *
 * <p>All times are the server's. It is renewed from a thread of its own until closed, and runs out {@link #DURATION} after a kill.
 */
final class LocalLease implements AutoCloseable {

    static final String COLLECTION = "_sync_metadata";
    static final String ID = "lease";
    static final Duration DURATION = Duration.ofSeconds(30);

    private static final int DUPLICATE_KEY = 11000;
    private static final FindOneAndUpdateOptions ASKING =
            new FindOneAndUpdateOptions().upsert(true).returnDocument(ReturnDocument.AFTER);

    private final MongoCollection<BsonDocument> metadata;
    private final String owner;
    private final ScheduledExecutorService renewals;

    private LocalLease(MongoCollection<BsonDocument> metadata, String owner) {
        this.metadata = metadata;
        this.owner = owner;
        this.renewals = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "tandem-restore-lease"));
    }

    /**
     * Who holds the lease now.
     *
     * @param owner the agent's name for itself
     * @param expiresAt server's clock
     */
    record Holder(String owner, Instant expiresAt) {}

    /** The agent that works on the database now; empty when none does. */
    static Optional<Holder> holder(MongoDatabase database) {
        BsonDocument lease = database.getCollection(COLLECTION, BsonDocument.class)
                .find(new BsonDocument("_id", new BsonString(ID)))
                .first();
        if (lease == null || !lease.isDateTime("expiresAt")) {
            return Optional.empty();
        }
        Instant expiresAt = Instant.ofEpochMilli(lease.getDateTime("expiresAt").getValue());
        String owner = lease.getString("owner", new BsonString("an agent")).getValue();
        return expiresAt.isAfter(serverTime(database)) ? Optional.of(new Holder(owner, expiresAt)) : Optional.empty();
    }

    private static Instant serverTime(MongoDatabase database) {
        BsonDocument hello = database.runCommand(new BsonDocument("isMaster", new BsonInt32(1)), BsonDocument.class);
        return hello.isDateTime("localTime")
                ? Instant.ofEpochMilli(hello.getDateTime("localTime").getValue())
                : Instant.now();
    }

    /** @throws BackupException when an agent has it */
    static LocalLease take(MongoDatabase database) {
        MongoCollection<BsonDocument> metadata = database.getCollection(COLLECTION, BsonDocument.class);
        String owner = "restore-" + UUID.randomUUID();
        BsonDocument after = ask(metadata, owner);
        if (after == null
                || !after.getString("owner", new BsonString("")).getValue().equals(owner)) {
            throw inUse(database);
        }
        LocalLease lease = new LocalLease(metadata, owner);
        long pauseMillis = DURATION.toMillis() / 3;
        var unused = lease.renewals.scheduleAtFixedRate(lease::renew, pauseMillis, pauseMillis, TimeUnit.MILLISECONDS);
        return lease;
    }

    /** What to tell the operator when an agent is at work. */
    static BackupException inUse(MongoDatabase database) {
        String who = holder(database)
                .map(holder -> "agent " + holder.owner() + " (until " + holder.expiresAt() + ", renewed while it runs)")
                .orElse("another agent");
        return new BackupException(
                "Sync is active on database '" + database.getName() + "': " + who
                        + " holds its lease. Stop every agent of this device, wait up to 30 seconds if it was killed, then restore.");
    }

    /** The lease after asking for it; asked twice when two ask for the very first one at once. */
    private static @Nullable BsonDocument ask(MongoCollection<BsonDocument> metadata, String owner) {
        try {
            return metadata.findOneAndUpdate(id(), claim(owner), ASKING);
        } catch (MongoCommandException | MongoWriteException met) {
            if (met.getCode() != DUPLICATE_KEY) {
                throw met;
            }
            return metadata.findOneAndUpdate(id(), claim(owner), ASKING);
        }
    }

    private static BsonDocument id() {
        return new BsonDocument("_id", new BsonString(ID));
    }

    /** Takes a lease that has run out and leaves any other as it is. The condition cannot be in the filter: servers refuse that with upsert. */
    private static List<Bson> claim(String owner) {
        BsonDocument over =
                BsonDocument.parse("{$lte: [{$ifNull: ['$expiresAt', {$date: '1970-01-01T00:00:00Z'}]}, '$$NOW']}");
        BsonDocument until = BsonDocument.parse("{$add: ['$$NOW', {$numberLong: '" + DURATION.toMillis() + "'}]}");
        BsonDocument fence =
                BsonDocument.parse("{$add: [{$ifNull: ['$fence', {$numberLong: '0'}]}, {$numberLong: '1'}]}");
        BsonDocument name = new BsonDocument("$literal", new BsonString(owner));
        return List.of(new BsonDocument(
                "$set",
                new BsonDocument("owner", either(over, name, "$owner"))
                        .append("fence", either(over, fence, "$fence"))
                        .append("expiresAt", either(over, until, "$expiresAt"))));
    }

    private static BsonDocument either(BsonDocument condition, BsonDocument then, String otherwise) {
        return new BsonDocument("$cond", new BsonArray(List.of(condition, then, new BsonString(otherwise))));
    }

    private void renew() {
        List<Bson> later = List.of(BsonDocument.parse(
                "{$set: {expiresAt: {$add: ['$$NOW', {$numberLong: '" + DURATION.toMillis() + "'}]}}}"));
        metadata.updateOne(mine(), later);
    }

    /** @throws BackupException when another agent has taken it since, because this process stood still for too long */
    void requireHeld() {
        if (metadata.find(mine()).first() == null) {
            throw new BackupException("The lease was lost during the restore: an agent has taken the database over."
                    + " Stop every agent of this device and restore again with --drop.");
        }
    }

    private BsonDocument mine() {
        return id().append("owner", new BsonString(owner));
    }

    /** Gives the lease back; the fence stays, so that whoever held it before cannot write. */
    @Override
    public void close() {
        renewals.shutdownNow();
        metadata.updateOne(mine(), new BsonDocument("$set", new BsonDocument("expiresAt", new BsonDateTime(0))));
    }
}
