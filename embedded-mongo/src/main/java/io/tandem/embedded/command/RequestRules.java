package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonOrder;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Values;
import io.tandem.embedded.store.StoredCollection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request may say: the fields that a command knows, the read concerns there are, and hints that name an index. What is not known
 * here is refused, since a client that is not told would believe it was done. Any thread.
 */
final class RequestRules {
    private static final Set<String> GENERAL = Set.of(
            "$db",
            "lsid",
            "$clusterTime",
            "$readPreference",
            "txnNumber",
            "autocommit",
            "startTransaction",
            "stmtId",
            "stmtIds",
            "readConcern",
            "writeConcern",
            "comment",
            "maxTimeMS",
            "maxTimeMSOpOnly",
            "apiVersion",
            "apiStrict",
            "apiDeprecationErrors");

    private static final Map<String, Set<String>> COMMANDS = Map.of(
            "find",
            known(
                    "find filter sort projection hint skip limit batchSize singleBatch min max returnKey showRecordId tailable oplogReplay"
                            + " noCursorTimeout awaitData allowPartialResults collation allowDiskUse let"),
            "aggregate",
            known("aggregate pipeline cursor explain allowDiskUse bypassDocumentValidation collation hint let"),
            "insert",
            known("insert documents ordered bypassDocumentValidation"),
            "update",
            known("update updates ordered bypassDocumentValidation let"),
            "delete",
            known("delete deletes ordered bypassDocumentValidation let"),
            "findAndModify",
            known(
                    "findAndModify query sort remove update new fields upsert bypassDocumentValidation arrayFilters hint collation"
                            + " let"),
            "count",
            known("count query limit skip hint collation fields"),
            "distinct",
            known("distinct key query collation hint"),
            "getMore",
            known("getMore collection batchSize term lastKnownCommittedOpTime"));

    private static final Map<String, Set<String>> STATEMENTS = Map.of(
            "update.updates", Set.of("q", "u", "c", "multi", "upsert", "collation", "arrayFilters", "hint", "sort"),
            "delete.deletes", Set.of("q", "limit", "collation", "hint"));

    private static final Set<String> READ_CONCERNS =
            Set.of("local", "available", "majority", "linearizable", "snapshot");

    private static final Set<String> UNSUPPORTED = Set.of("returnKey", "showRecordId");

    private RequestRules() {}

    private static Set<String> known(String names) {
        Set<String> all = new HashSet<>(GENERAL);
        all.addAll(Set.of(names.split(" ")));
        return Set.copyOf(all);
    }

    /** Refuses a command with a field or a read concern that this server does not know. */
    static void check(String name, Document command, boolean inTransaction) {
        Set<String> known = COMMANDS.get(name);
        if (known != null) {
            for (String field : command.keySet()) {
                if (!known.contains(field)) {
                    throw unknown(name + "." + field);
                }
            }
        }
        for (String unsupported : UNSUPPORTED) {
            if (known != null && Values.truthy(command.get(unsupported))) {
                throw new ServerError(
                        ServerError.COMMAND_NOT_SUPPORTED,
                        name + " with '" + unsupported + "' is not supported by this embedded server");
            }
        }
        if (command.get("readConcern") instanceof Document concern) {
            checkReadConcern(concern, inTransaction);
        }
    }

    /** Refuses one statement of a batch with a field that this server does not know. */
    static void checkStatement(String place, Document statement) {
        Set<String> known = STATEMENTS.getOrDefault(place, Set.of());
        for (String field : statement.keySet()) {
            if (!known.contains(field)) {
                throw unknown(place + "." + field);
            }
        }
    }

    private static ServerError unknown(String field) {
        return new ServerError(40415, "BSON field '" + field + "' is an unknown field.");
    }

    private static void checkReadConcern(Document concern, boolean inTransaction) {
        Object level = concern.getOrDefault("level", "local");
        if (!(level instanceof String text) || !READ_CONCERNS.contains(text)) {
            throw new ServerError(
                    ServerError.BAD_VALUE,
                    "Enumeration value '" + level + "' for field 'readConcern.level' is not a valid value.");
        }
        // every other level is what each read gets anyway: there is one member, and it acknowledges what it has done
        if (level.equals("snapshot") && !inTransaction) {
            throw new ServerError(
                    ServerError.COMMAND_NOT_SUPPORTED,
                    "readConcern snapshot outside of a transaction is not supported by this embedded server");
        }
    }

    /** Refuses a hint that names no index of the collection. */
    static void checkHint(@Nullable Object hint, @Nullable StoredCollection collection) {
        if (hint == null || collection == null || ViewGuard.isView(collection)) {
            return;
        }
        boolean exists = hint instanceof Document key
                ? key.isEmpty()
                        || key.containsKey("$natural")
                        || BsonOrder.equal(key, new Document("_id", 1))
                        || collection.indexes().stream()
                                .anyMatch(index -> BsonOrder.equal(index.spec().key(), key))
                : "_id_".equals(hint)
                        || collection.indexes().stream()
                                .anyMatch(index -> index.spec().name().equals(hint));
        if (!exists) {
            throw new ServerError(
                    ServerError.BAD_VALUE,
                    "error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index");
        }
    }
}
