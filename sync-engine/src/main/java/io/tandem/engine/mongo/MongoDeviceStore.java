package io.tandem.engine.mongo;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.ReturnDocument;
import io.tandem.engine.checkpoint.DeviceStore;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.BsonBytes;
import io.tandem.engine.model.Names;
import io.tandem.engine.model.Side;
import io.tandem.engine.time.Ticker;
import io.tandem.engine.watch.Position;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * The small documents in the local collection {@code _sync_metadata}. Thread-safe.
 *
 * <ul>
 *   <li>{@code {_id: "atlas-resume-token" or "local-resume-token", token: <see FeedToken>, savedAt: <date>}}
 *   <li>{@code {_id: "lease", owner: <agent>, fence: <64-bit>, expiresAt: <date, this server's clock>}}
 *   <li>notes of the steps, under their own ids
 * </ul>
 */
final class MongoDeviceStore implements DeviceStore {
    private static final String LEASE = "lease";

    private final Link local;
    private final String collection;
    private final String states;
    private final Ticker ticker;
    /** Whether a lease that begins to count is known not to begin below the numbers that the base states carry. */
    private volatile long lastFence;

    MongoDeviceStore(Link local, Names names, Ticker ticker) {
        this.local = local;
        this.collection = names.metadata();
        this.states = names.state();
        this.ticker = ticker;
    }

    private static String positionId(Side side) {
        return side == Side.HUB ? "atlas-resume-token" : "local-resume-token";
    }

    @Override
    public Optional<Position> position(Side side) {
        return note(positionId(side))
                .flatMap(stored -> Values.document(stored, "token"))
                .map(Position::new);
    }

    @Override
    public boolean savePosition(Side side, Position position, boolean expectPresent) {
        BsonDocument stored = new BsonDocument("_id", new BsonString(positionId(side)))
                .append("token", position.token())
                .append("savedAt", new BsonDateTime(ticker.millis()));
        return replace(positionId(side), stored, !expectPresent);
    }

    @Override
    public void clearPosition(Side side) {
        removeNote(positionId(side));
    }

    @Override
    public Optional<BsonDocument> note(String id) {
        return local.with(
                collection,
                "read",
                notes -> Optional.ofNullable(notes.find(byName(id)).first()));
    }

    @Override
    public void saveNote(String id, BsonDocument note) {
        BsonDocument stored = new BsonDocument("_id", new BsonString(id));
        note.forEach((field, value) -> {
            if (!field.equals("_id")) {
                stored.append(field, value);
            }
        });
        replace(id, stored, true);
    }

    private boolean replace(String id, BsonDocument stored, boolean upsert) {
        return local.with(collection, "save " + id + " in", notes -> {
            try {
                return replace(notes, id, stored, upsert);
            } catch (MongoException e) {
                if (!DriverFaults.isDuplicateKey(e.getCode())) {
                    throw e;
                }
                // Somebody else added it between the look and the insert.
                return replace(notes, id, stored, upsert);
            }
        });
    }

    private static boolean replace(
            MongoCollection<RawBsonDocument> notes, String id, BsonDocument stored, boolean upsert) {
        long matched = notes.replaceOne(byName(id), BsonBytes.raw(stored), new ReplaceOptions().upsert(upsert))
                .getMatchedCount();
        return upsert || matched > 0;
    }

    @Override
    public void removeNote(String id) {
        local.with(collection, "remove " + id + " from", notes -> notes.deleteOne(byName(id)));
    }

    private static BsonDocument byName(String id) {
        return Values.byId(new BsonString(id));
    }

    @Override
    public Lease acquire(String owner, Duration duration) {
        List<BsonDocument> update = List.of(new BsonDocument("$replaceWith", afterAsking(owner, duration.toMillis())));
        RawBsonDocument lease = local.with(collection, "take the lease in", notes -> {
            try {
                return take(notes, update);
            } catch (MongoException e) {
                if (!DriverFaults.isDuplicateKey(e.getCode())) {
                    throw e;
                }
                // Two agents asked for the very first lease at once.
                return take(notes, update);
            }
        });
        String holder = Values.text(lease, "owner").orElse("");
        long fence = Values.number(lease, "fence").orElse(0L);
        if (holder.equals(owner)) {
            if (fence == 1 && lastFence != 1) {
                fence = aboveStates(owner, fence);
            }
            lastFence = fence;
        }
        return new Lease(holder.equals(owner), fence, holder);
    }

    /** A lease that somebody removed begins to count anew, below what base states carry: it is raised above them. */
    private long aboveStates(String owner, long fence) {
        RawBsonDocument highest = local.with(
                states,
                "look up the highest fence in",
                bases -> bases.find()
                        .projection(new BsonDocument(BaseDocuments.FENCE, new BsonInt32(1)))
                        .sort(new BsonDocument(BaseDocuments.FENCE, new BsonInt32(-1)))
                        .first());
        long carried = highest == null
                ? 0
                : Values.number(highest, BaseDocuments.FENCE).orElse(0L);
        if (carried <= fence) {
            return fence;
        }
        BsonDocument mine = byName(LEASE).append("owner", new BsonString(owner));
        BsonDocument raised = new BsonDocument("$set", new BsonDocument("fence", new BsonInt64(carried + 1)));
        local.with(collection, "raise the lease in", notes -> notes.updateOne(mine, raised));
        return carried + 1;
    }

    private RawBsonDocument take(MongoCollection<RawBsonDocument> notes, List<BsonDocument> update) {
        RawBsonDocument lease = notes.findOneAndUpdate(
                byName(LEASE),
                update,
                new FindOneAndUpdateOptions().upsert(true).returnDocument(ReturnDocument.AFTER));
        if (lease == null) {
            throw new SyncException(
                    FaultCode.UNKNOWN, "Cannot take the lease in " + collection + ": the server returned no document.");
        }
        return lease;
    }

    /** The lease as it is after {@code owner} asked: its own if it has it or nobody does by now, else as it was. */
    private static BsonDocument afterAsking(String owner, long millis) {
        BsonDocument literalOwner = operator("$literal", new BsonString(owner));
        BsonDocument mine = operator("$eq", field("owner"), literalOwner);
        BsonDocument over = operator("$lte", orElse(field("expiresAt"), new BsonDateTime(0)), new BsonString("$$NOW"));
        BsonDocument fence = orElse(field("fence"), new BsonInt64(0));
        BsonDocument next = condition(mine, fence, operator("$add", fence, new BsonInt64(1)));
        BsonDocument taken = new BsonDocument("_id", new BsonString(LEASE))
                .append("owner", literalOwner)
                .append("fence", next)
                .append("expiresAt", operator("$add", new BsonString("$$NOW"), new BsonInt64(millis)));
        return condition(operator("$or", mine, over), taken, new BsonString("$$ROOT"));
    }

    private static BsonString field(String name) {
        return new BsonString("$" + name);
    }

    private static BsonDocument orElse(BsonValue value, BsonValue otherwise) {
        return operator("$ifNull", value, otherwise);
    }

    private static BsonDocument condition(BsonValue test, BsonValue then, BsonValue otherwise) {
        return operator("$cond", test, then, otherwise);
    }

    private static BsonDocument operator(String name, BsonValue... arguments) {
        return new BsonDocument(name, arguments.length == 1 ? arguments[0] : new BsonArray(List.of(arguments)));
    }

    @Override
    public void release(String owner) {
        BsonDocument mine = byName(LEASE).append("owner", new BsonString(owner));
        BsonDocument over = new BsonDocument("$set", new BsonDocument("expiresAt", new BsonDateTime(0)));
        local.with(collection, "give back the lease in", notes -> notes.updateOne(mine, over));
    }
}
