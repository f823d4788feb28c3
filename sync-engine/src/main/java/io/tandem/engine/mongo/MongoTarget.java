package io.tandem.engine.mongo;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Names;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.Version;
import io.tandem.engine.time.Ticker;
import io.tandem.engine.write.GuardedTarget;
import io.tandem.engine.write.Outcome;
import io.tandem.engine.write.Swap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.RawBsonDocument;

/** Guarded writes to both sides, tombstones and conflict entries on the hub. Thread-safe. */
final class MongoTarget implements GuardedTarget {
    private static final int BURIALS = 1000;

    private final Link hub;
    private final Names names;
    private final Workers workers;
    private final MongoConflictLog conflicts;
    private final TargetSide localSide;
    private final TargetSide hubSide;

    MongoTarget(Link local, Link hub, Names names, Workers workers, MongoConflictLog conflicts, Ticker ticker) {
        this.hub = hub;
        this.names = names;
        this.workers = workers;
        this.conflicts = conflicts;
        this.localSide =
                new TargetSide(local, ticker, (key, document) -> logUnplaced(Side.LOCAL, key, document), workers::run);
        this.hubSide = new TargetSide(
                hub,
                ticker,
                (key, document) -> logUnplaced(Side.HUB, key, document),
                lanes -> lanes.forEach(Runnable::run)); // it is one of the workers' tasks already
    }

    @Override
    public List<Outcome> swap(Side side, List<Swap> swaps) {
        Map<String, List<Integer>> byCollection = new LinkedHashMap<>();
        for (int i = 0; i < swaps.size(); i++) {
            byCollection
                    .computeIfAbsent(swaps.get(i).key().collection(), any -> new ArrayList<>())
                    .add(i);
        }
        TargetSide target = side == Side.LOCAL ? localSide : hubSide;
        List<Supplier<List<Outcome>>> tasks = new ArrayList<>();
        byCollection.forEach((collection, indexes) -> tasks.add(
                () -> target.swap(collection, indexes.stream().map(swaps::get).toList())));
        List<List<Outcome>> results = side == Side.HUB
                ? workers.all(tasks)
                : tasks.stream().map(Supplier::get).toList();
        List<Outcome> outcomes = new ArrayList<>(Collections.nCopies(swaps.size(), Outcome.UNKNOWN));
        int next = 0;
        for (List<Integer> indexes : byCollection.values()) {
            List<Outcome> ofCollection = results.get(next++);
            for (int i = 0; i < indexes.size(); i++) {
                outcomes.set(indexes.get(i), ofCollection.get(i));
            }
        }
        return List.copyOf(outcomes);
    }

    @Override
    public List<Outcome> bury(List<Burial> burials) {
        List<Outcome> outcomes = new ArrayList<>();
        for (List<Burial> part : Values.parts(burials, BURIALS)) {
            outcomes.addAll(hub.with(names.tombstones(), "write", tombstones -> bury(tombstones, part)));
        }
        return outcomes;
    }

    private static List<Outcome> bury(MongoCollection<RawBsonDocument> tombstones, List<Burial> burials) {
        List<UpdateOneModel<RawBsonDocument>> statements = burials.stream()
                .map(burial -> new UpdateOneModel<RawBsonDocument>(
                        unlessLater(burial), content(burial), new UpdateOptions().upsert(true)))
                .toList();
        List<Outcome> outcomes = new ArrayList<>(Collections.nCopies(burials.size(), Outcome.APPLIED));
        try {
            tombstones.bulkWrite(statements, new BulkWriteOptions().ordered(false));
        } catch (MongoBulkWriteException e) {
            if (e.getWriteConcernError() != null) {
                return Collections.nCopies(burials.size(), Outcome.UNKNOWN);
            }
            for (BulkWriteError error : e.getWriteErrors()) {
                // The filter left out a later one, so the upsert tried to add a second.
                boolean later = DriverFaults.isDuplicateKey(error.getCode());
                outcomes.set(error.getIndex(), later ? Outcome.MISSED : DriverFaults.refusal(error.getCode()));
            }
        }
        return outcomes;
    }

    private static BsonDocument unlessLater(Burial burial) {
        Version version = burial.tombstone().version();
        BsonDocument older = new BsonDocument("v", new BsonDocument("$lt", Values.number(version.time())));
        BsonDocument sameTime = new BsonDocument("v", new BsonDocument("$eq", Values.number(version.time())))
                .append("o", new BsonDocument("$lte", new BsonString(version.origin())));
        return Values.byId(Values.keyDocument(burial.key())).append("$or", new BsonArray(List.of(older, sameTime)));
    }

    private static BsonDocument content(Burial burial) {
        Version version = burial.tombstone().version();
        Version parent = burial.tombstone().parent();
        BsonDocument fields = new BsonDocument("v", Values.number(version.time()))
                .append("o", new BsonString(version.origin()))
                .append("pv", Values.number(parent.time()))
                .append("po", new BsonString(parent.origin()));
        return new BsonDocument("$set", fields).append("$currentDate", new BsonDocument("deletedAt", BsonBoolean.TRUE));
    }

    @Override
    public void log(List<Conflict> found) {
        conflicts.add(found);
    }

    /** What another program wrote between a guard's match and the next write over it, and nobody saw: see Exchange. */
    private void logUnplaced(Side side, DocKey key, Doc document) {
        boolean local = side == Side.LOCAL;
        conflicts.add(List.of(new Conflict(
                key,
                local ? Optional.of(document) : Optional.empty(),
                Version.NONE,
                local ? Optional.empty() : Optional.of(document),
                document.meta().map(meta -> meta.version()).orElse(Version.NONE),
                "overwritten-unseen",
                local ? Conflict.Winner.ATLAS : Conflict.Winner.LOCAL)));
    }
}
