package io.tandem.contract.server;

import com.mongodb.MongoCommandException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * Carries out the operations of a recording as plain database commands, and reports their outcome in the form of the recording.
 *
 * <p>Commands and not the driver's collection methods, because those drop parts of the reply (for example {@code keyPattern}) that belong
 * to the contract. One thread.
 */
final class Steps {

    private static final BsonDocument OK = new BsonDocument("ok", new BsonInt32(1));
    private static final List<String> WRITE_ERROR_FIELDS = List.of("index", "code", "errmsg", "keyPattern", "keyValue");

    private final MongoClient client;
    private final MongoDatabase database;
    private Optional<ClientSession> session = Optional.empty();

    Steps(MongoClient client, MongoDatabase database) {
        this.client = client;
        this.database = database;
    }

    /** The outcome of one operation; a refusal by the server is an outcome too. */
    BsonDocument run(BsonDocument step) {
        try {
            return outcome(step);
        } catch (MongoCommandException refused) {
            return new BsonDocument("error", commandError(refused.getResponse()));
        }
    }

    private BsonDocument outcome(BsonDocument step) {
        return switch (operation(step)) {
            case "insertOne" -> result(write(step, "insert"), reply -> OK);
            case "insertMany" -> result(write(step, "insert"), reply -> new BsonDocument("n", reply.get("n")));
            case "updateOne", "updateMany", "replaceOne" -> result(write(step, "update"), Steps::updated);
            case "deleteOne", "deleteMany" ->
                result(write(step, "delete"), reply -> new BsonDocument("deleted", reply.get("n")));
            case "findOneAndUpdate", "findOneAndReplace" ->
                new BsonDocument("doc", findAndModify(step).get("value"));
            case "bulkWrite" -> bulk(step);
            case "drop" -> ok(new BsonDocument("drop", step.get("coll")));
            case "dropDatabase" -> ok(new BsonDocument("dropDatabase", new BsonInt32(1)));
            case "createCollection" -> ok(created(step));
            case "createIndex" -> ok(indexed(step));
            case "rename" -> renamed(step);
            case "transaction" -> transaction(step);
            default ->
                throw new IllegalArgumentException("The recording has an operation that is not known here: " + step);
        };
    }

    static String operation(BsonDocument step) {
        return step.getString("op").getValue();
    }

    // --- single operations
    // --------------------------------------------------------------------------------------------

    private BsonDocument write(BsonDocument step, String command) {
        BsonDocument document = new BsonDocument(command, step.get("coll"));
        switch (command) {
            case "insert" ->
                document.append(
                        "documents", step.getArray("docs", new BsonArray(List.of(step.get("doc", BsonNull.VALUE)))));
            case "update" -> document.append("updates", new BsonArray(List.of(updateStatement(step))));
            case "delete" -> document.append("deletes", new BsonArray(List.of(deleteStatement(step))));
            default -> throw new IllegalArgumentException(command);
        }
        return run(command, document);
    }

    private static BsonDocument updateStatement(BsonDocument step) {
        return new BsonDocument("q", step.get("filter"))
                .append("u", step.containsKey("update") ? step.get("update") : step.get("doc"))
                .append("multi", BsonBoolean.valueOf(operation(step).equals("updateMany")))
                .append("upsert", step.getBoolean("upsert", BsonBoolean.FALSE));
    }

    private static BsonDocument deleteStatement(BsonDocument step) {
        return new BsonDocument("q", step.get("filter"))
                .append("limit", new BsonInt32(operation(step).equals("deleteMany") ? 0 : 1));
    }

    private BsonDocument findAndModify(BsonDocument step) {
        return run(
                "findAndModify",
                new BsonDocument("findAndModify", step.get("coll"))
                        .append("query", step.get("filter"))
                        .append("update", step.containsKey("update") ? step.get("update") : step.get("doc"))
                        .append("new", BsonBoolean.TRUE));
    }

    private static BsonDocument created(BsonDocument step) {
        BsonDocument command = new BsonDocument("create", step.get("name"));
        command.putAll(step.getDocument("options", new BsonDocument()));
        return command;
    }

    private static BsonDocument indexed(BsonDocument step) {
        BsonDocument keys = new BsonDocument();
        List<String> names = new ArrayList<>();
        for (BsonValue key : step.getArray("keys")) {
            String field = key.asArray().get(0).asString().getValue();
            keys.append(field, key.asArray().get(1));
            names.add(field + "_" + key.asArray().get(1).asNumber().intValue());
        }
        BsonDocument index = new BsonDocument("key", keys)
                .append("name", new BsonString(String.join("_", names)))
                .append("unique", step.getBoolean("unique", BsonBoolean.FALSE));
        return new BsonDocument("createIndexes", step.get("coll")).append("indexes", new BsonArray(List.of(index)));
    }

    private BsonDocument renamed(BsonDocument step) {
        String from = database.getName() + "." + step.getString("coll").getValue();
        String to = database.getName() + "." + step.getString("to").getValue();
        client.getDatabase("admin")
                .runCommand(
                        new BsonDocument("renameCollection", new BsonString(from)).append("to", new BsonString(to)));
        return OK;
    }

    private BsonDocument transaction(BsonDocument step) {
        try (ClientSession started = client.startSession()) {
            started.startTransaction();
            session = Optional.of(started);
            for (BsonValue operation : step.getArray("ops")) {
                outcome(operation.asDocument());
            }
            started.commitTransaction();
            return OK;
        } finally {
            session = Optional.empty();
        }
    }

    // --- bulk
    // ---------------------------------------------------------------------------------------------------------

    /** As the driver sends an unordered bulk: all inserts, then all updates, then all deletes, one command each. */
    private BsonDocument bulk(BsonDocument step) {
        List<BsonDocument> operations =
                step.getArray("ops").stream().map(BsonValue::asDocument).toList();
        Map<Integer, BsonDocument> errors = new TreeMap<>();
        BsonDocument counts = new BsonDocument();
        List.of("nInserted", "nMatched", "nModified", "nRemoved", "nUpserted")
                .forEach(name -> counts.append(name, new BsonInt32(0)));
        for (String command : List.of("insert", "update", "delete")) {
            List<Integer> positions = positionsOf(command, operations);
            if (!positions.isEmpty()) {
                BsonDocument reply = run(command, bulkCommand(step, command, operations, positions));
                addCounts(counts, command, reply);
                for (BsonValue error : reply.getArray("writeErrors", new BsonArray())) {
                    int position =
                            positions.get(error.asDocument().getNumber("index").intValue());
                    errors.put(position, writeError(error.asDocument(), Optional.of(position)));
                }
            }
        }
        if (errors.isEmpty()) {
            return new BsonDocument("bulk", counts);
        }
        counts.remove("nUpserted");
        BsonDocument failed = new BsonDocument("writeErrors", new BsonArray(new ArrayList<>(errors.values())));
        failed.putAll(counts);
        return new BsonDocument("bulkError", failed);
    }

    private static List<Integer> positionsOf(String command, List<BsonDocument> operations) {
        List<Integer> positions = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            String operation = operation(operations.get(i)).replace("replace", "update");
            if (operation.startsWith(command)) {
                positions.add(i);
            }
        }
        return positions;
    }

    private static BsonDocument bulkCommand(
            BsonDocument step, String command, List<BsonDocument> operations, List<Integer> positions) {
        BsonArray statements = new BsonArray();
        for (int position : positions) {
            BsonDocument operation = operations.get(position);
            statements.add(
                    switch (command) {
                        case "insert" -> operation.getDocument("doc");
                        case "update" -> updateStatement(operation);
                        default -> deleteStatement(operation);
                    });
        }
        String list = command.equals("insert") ? "documents" : command + "s";
        BsonDocument document = new BsonDocument(command, step.get("coll"))
                .append(list, statements)
                .append("ordered", step.getBoolean("ordered", BsonBoolean.TRUE));
        if (step.getBoolean("bypass", BsonBoolean.FALSE).getValue()) {
            document.append("bypassDocumentValidation", BsonBoolean.TRUE);
        }
        return document;
    }

    private static void addCounts(BsonDocument counts, String command, BsonDocument reply) {
        int n = reply.getNumber("n").intValue();
        int upserted = reply.getArray("upserted", new BsonArray()).size();
        switch (command) {
            case "insert" -> add(counts, "nInserted", n);
            case "update" -> {
                add(counts, "nMatched", n - upserted);
                add(counts, "nModified", reply.getNumber("nModified").intValue());
                add(counts, "nUpserted", upserted);
            }
            default -> add(counts, "nRemoved", n);
        }
    }

    private static void add(BsonDocument counts, String name, int more) {
        counts.put(name, new BsonInt32(counts.getNumber(name).intValue() + more));
    }

    // --- replies
    // ------------------------------------------------------------------------------------------------------

    private BsonDocument run(String command, BsonDocument document) {
        if (!document.getFirstKey().equals(command)) {
            throw new IllegalArgumentException("The name of the command must come first: " + document);
        }
        return session.isPresent()
                ? database.runCommand(session.get(), document, BsonDocument.class)
                : database.runCommand(document, BsonDocument.class);
    }

    private BsonDocument ok(BsonDocument command) {
        run(command.getFirstKey(), command);
        return OK;
    }

    private static BsonDocument result(
            BsonDocument reply, java.util.function.Function<BsonDocument, BsonDocument> success) {
        BsonArray errors = reply.getArray("writeErrors", new BsonArray());
        return errors.isEmpty()
                ? success.apply(reply)
                : new BsonDocument("error", writeError(errors.get(0).asDocument(), Optional.empty()));
    }

    private static BsonDocument updated(BsonDocument reply) {
        BsonArray upserted = reply.getArray("upserted", new BsonArray());
        int matched = reply.getNumber("n").intValue() - upserted.size();
        return new BsonDocument("matched", new BsonInt32(matched))
                .append("modified", reply.get("nModified"))
                .append(
                        "upserted",
                        upserted.isEmpty()
                                ? BsonNull.VALUE
                                : upserted.get(0).asDocument().get("_id"));
    }

    /** A write error with the fields in the recording's order, and what else the server said after them. */
    private static BsonDocument writeError(BsonDocument error, Optional<Integer> index) {
        BsonDocument inOrder = new BsonDocument();
        index.ifPresent(position -> inOrder.append("index", new BsonInt32(position)));
        for (String field : WRITE_ERROR_FIELDS) {
            if (!field.equals("index") && error.containsKey(field)) {
                inOrder.append(field, error.get(field));
            }
        }
        error.forEach((field, value) -> {
            if (!WRITE_ERROR_FIELDS.contains(field)) {
                inOrder.append(field, value);
            }
        });
        return inOrder;
    }

    private static BsonDocument commandError(BsonDocument reply) {
        BsonDocument error = new BsonDocument("code", reply.get("code")).append("errmsg", reply.get("errmsg"));
        for (String field : List.of("keyPattern", "keyValue")) {
            if (reply.containsKey(field)) {
                error.append(field, reply.get(field));
            }
        }
        return error;
    }
}
