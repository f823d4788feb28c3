package io.tandem.engine.mongo;

import io.tandem.engine.model.BsonBytes;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Names;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * The stages of a database's change stream that leave only what a hint needs. Immutable.
 *
 * @param stages for the server
 * @param fingerprint changes whenever the stages do
 */
record FeedPipeline(List<BsonDocument> stages, String fingerprint) {

    /** The device's side. */
    static FeedPipeline local(Names names) {
        return of(match(names, Optional.empty()), fields());
    }

    /** The hub's side: with versions, and with the heartbeats of one device. */
    static FeedPipeline hub(Names names, String instanceId) {
        BsonDocument heartbeat = new BsonDocument("ns.coll", new BsonString(names.devices()))
                .append("documentKey._id", new BsonString(instanceId));
        BsonDocument fields = fields();
        for (String field : List.of(
                "fullDocument._sync.version",
                "fullDocument._sync.origin",
                "updateDescription.updatedFields._sync.version",
                "updateDescription.updatedFields._sync.origin",
                "fullDocument." + MongoHubStore.BEAT,
                "updateDescription.updatedFields." + MongoHubStore.BEAT)) {
            fields.append(field, new BsonInt32(1));
        }
        return of(match(names, Optional.of(heartbeat)), fields);
    }

    private static FeedPipeline of(BsonDocument match, BsonDocument fields) {
        List<BsonDocument> stages = List.of(new BsonDocument("$match", match), new BsonDocument("$project", fields));
        BsonDocument all = new BsonDocument("stages", new BsonArray(stages));
        return new FeedPipeline(stages, ContentHash.of(BsonBytes.encode(all)).toString());
    }

    /** The id stays as it is, or the server refuses the first event. */
    private static BsonDocument fields() {
        BsonDocument fields = new BsonDocument();
        for (String field : List.of("_id", "operationType", "ns", "to", "documentKey", "clusterTime", "wallTime")) {
            fields.append(field, new BsonInt32(1));
        }
        return fields;
    }

    /** What becomes of whole collections and of the database has no {@code ns.coll} that counts; renames have two. */
    private static BsonDocument match(Names names, Optional<BsonDocument> heartbeat) {
        BsonArray kinds = new BsonArray(
                List.of(new BsonString("rename"), new BsonString("dropDatabase"), new BsonString("invalidate")));
        BsonArray any = new BsonArray(List.<BsonValue>of(
                new BsonDocument("operationType", new BsonDocument("$in", kinds)),
                new BsonDocument("ns.coll", application(names))));
        heartbeat.ifPresent(any::add);
        return new BsonDocument("$or", any);
    }

    private static BsonDocument application(Names names) {
        if (names.scope().isEmpty()) {
            return new BsonDocument(
                    "$not", new BsonRegularExpression("^(_sync_|_tandem_|system\\.|enxcol_\\.|tmp\\.agg_out\\.)"));
        }
        String scope = names.scope().replaceAll("([^a-zA-Z0-9_])", "\\\\$1");
        return new BsonDocument("$regex", new BsonRegularExpression("^" + scope))
                .append("$not", new BsonRegularExpression("^" + scope + "sync_"));
    }
}
