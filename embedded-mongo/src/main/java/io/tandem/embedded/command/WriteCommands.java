package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.aggregate.Projection;
import io.tandem.embedded.bson.BsonDecoder;
import io.tandem.embedded.bson.Content;
import io.tandem.embedded.bson.RawBson;
import io.tandem.embedded.cursor.FindQuery;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Values;
import io.tandem.embedded.log.Namespace;
import io.tandem.embedded.store.StoredCollection;
import io.tandem.embedded.store.StoredRecord;
import io.tandem.embedded.store.Writer;
import io.tandem.embedded.update.UpdateClock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** insert, update, delete and findAndModify. Any thread. */
final class WriteCommands {
    private static final int MAX_STATEMENTS = 100_000;
    /** Statements carried out while the write gate is held once; other writers wait, and change streams are told afterwards. */
    private static final int TOGETHER = 100;

    private WriteCommands() {}

    static void register(Map<String, Command> commands) {
        commands.put("insert", WriteCommands::insert);
        commands.put("update", WriteCommands::update);
        commands.put("delete", WriteCommands::delete);
        commands.put("findAndModify", WriteCommands::findAndModify);
        commands.put("findandmodify", WriteCommands::findAndModify);
    }

    /** A statement of a batch, made ready without the write gate. */
    @FunctionalInterface
    private interface Statement {
        Change prepare(Object given, int index);
    }

    /** What a statement does once the write gate is held; returns how many documents it counts for. */
    @FunctionalInterface
    private interface Change {
        int run(Writer writer);
    }

    /** Runs the statements in order; an ordered batch stops at the first error. */
    private static Document batch(Context context, String field, Statement statement) {
        if (!(context.command().get(field) instanceof List<?> statements)) {
            throw new ServerError(
                    40414, "BSON field '" + context.name() + "." + field + "' is missing but a required field");
        }
        if (statements.isEmpty() || statements.size() > MAX_STATEMENTS) {
            throw new ServerError(
                    16,
                    "Write batch sizes must be between 1 and " + MAX_STATEMENTS + ". Got " + statements.size()
                            + " operations.");
        }
        boolean ordered = !context.command().containsKey("ordered") || context.flag("ordered");
        boolean stopsAtError = ordered || context.inTransaction();
        List<Document> errors = new ArrayList<>();
        int n = 0;
        for (int i = 0; i < statements.size() && !(stopsAtError && !errors.isEmpty()); i += TOGETHER) {
            List<Change> changes = new ArrayList<>();
            for (int k = i; k < Math.min(statements.size(), i + TOGETHER); k++) {
                changes.add(prepared(statement, java.util.Objects.requireNonNull(statements.get(k)), k));
            }
            int first = i;
            n += context.write(writer -> run(changes, writer, first, stopsAtError, errors));
        }
        Document reply = new Document("n", n);
        if (!errors.isEmpty()) {
            reply.put("writeErrors", errors);
        }
        return reply;
    }

    /** The change of a statement; a statement that is wrong in itself fails when its turn comes. */
    private static Change prepared(Statement statement, Object given, int index) {
        try {
            return statement.prepare(given, index);
        } catch (ServerError e) {
            return writer -> {
                throw e;
            };
        }
    }

    private static int run(
            List<Change> changes, Writer writer, int first, boolean stopsAtError, List<Document> errors) {
        int n = 0;
        for (int i = 0; i < changes.size(); i++) {
            try {
                n += changes.get(i).run(writer);
            } catch (ServerError e) {
                errors.add(writeError(e, first + i));
                if (stopsAtError) {
                    break;
                }
            }
        }
        return n;
    }

    private static Document writeError(ServerError error, int index) {
        Document result = new Document("index", index).append("code", error.code());
        result.putAll(error.details());
        result.put("errmsg", error.text());
        return result;
    }

    /** A statement, with a field that is stored rather than looked at left as it is. */
    private static Document statement(Object given, String stored) {
        return given instanceof RawBson raw ? BsonDecoder.decodeExcept(raw.bytes(), stored) : (Document) given;
    }

    private static Document insert(Context context) {
        Namespace namespace = context.namespace();
        UpdateClock clock = context.updateClock();
        boolean bypass = context.flag("bypassDocumentValidation");
        Document reply = batch(context, "documents", (given, index) -> {
            Content stored = StoredDocument.forInsert(given, clock);
            return writer -> {
                StoredCollection collection = context.server().storage().findOrCreate(namespace);
                ViewGuard.requireWritable(collection);
                if (!bypass) {
                    collection.requireValid(stored, null);
                }
                writer.insert(collection, stored);
                return 1;
            };
        });
        WriteConcern.await(context, reply);
        return reply;
    }

    private static Document update(Context context) {
        Namespace namespace = context.namespace();
        List<Document> upserted = new ArrayList<>();
        int[] modified = {0};
        Document reply = batch(context, "updates", (given, index) -> {
            Document statement = statement(given, "u");
            RequestRules.checkStatement("update.updates", statement);
            UpdateStatement update = new UpdateStatement(
                    context,
                    namespace,
                    statement,
                    Context.document(statement, "q"),
                    statement.get("u"),
                    Context.document(statement, "sort"),
                    Values.truthy(statement.get("multi")),
                    Values.truthy(statement.get("upsert")));
            return writer -> {
                UpdateStatement.Result result = update.run(writer);
                modified[0] += result.modified();
                Content inserted = result.upserted();
                if (inserted != null) {
                    upserted.add(new Document("index", index).append("_id", inserted.id()));
                }
                return inserted != null ? 1 : result.matched();
            };
        });
        reply.put("nModified", modified[0]);
        if (!upserted.isEmpty()) {
            reply.put("upserted", upserted);
        }
        WriteConcern.await(context, reply);
        return reply;
    }

    private static Document delete(Context context) {
        Namespace namespace = context.namespace();
        Document reply = batch(context, "deletes", (given, index) -> {
            Document statement = statement(given, "");
            RequestRules.checkStatement("delete.deletes", statement);
            RequestRules.checkHint(
                    statement.get("hint"), context.server().storage().find(namespace));
            FindQuery query = new FindQuery(
                    Context.document(statement, "q"),
                    new Document(),
                    context.variables(context.collation(statement, namespace)));
            int limit = statement.get("limit") instanceof Number number ? number.intValue() : 0;
            if (limit != 0 && limit != 1) {
                throw new ServerError(
                        ServerError.FAILED_TO_PARSE, "The limit field in delete objects must be 0 or 1. Got " + limit);
            }
            return writer -> delete(context, namespace, query, limit, writer).size();
        });
        WriteConcern.await(context, reply);
        return reply;
    }

    private static List<StoredRecord> delete(
            Context context, Namespace namespace, FindQuery query, int limit, Writer writer) {
        StoredCollection collection = context.server().storage().find(namespace);
        List<StoredRecord> deleted = new ArrayList<>();
        if (collection == null) {
            return deleted;
        }
        ViewGuard.requireWritable(collection);
        if (collection.isCapped()) {
            throw new ServerError(
                    ServerError.ILLEGAL_OPERATION, "cannot remove from a capped collection: " + namespace.full());
        }
        Iterator<StoredRecord> records = query.records(writer.view(collection));
        while (records.hasNext() && (limit == 0 || deleted.size() < limit)) {
            context.checkTime();
            StoredRecord record = writer.view(collection).byKey(records.next().key());
            if (record != null) {
                writer.delete(collection, record);
                deleted.add(record);
            }
        }
        return deleted;
    }

    private static Document findAndModify(Context context) {
        Namespace namespace = context.namespace();
        boolean remove = context.flag("remove");
        if (remove == context.command().containsKey("update")) {
            throw new ServerError(
                    ServerError.FAILED_TO_PARSE,
                    remove
                            ? "Cannot specify both an update and remove=true"
                            : "Either an update or remove=true must be specified");
        }
        Document fields = context.document("fields");
        Document reply = remove ? findAndRemove(context, namespace) : findAndUpdate(context, namespace);
        if (!fields.isEmpty() && reply.get("value") instanceof Document value) {
            reply.put("value", Projection.compile(fields, true, null).apply(value));
        }
        WriteConcern.await(context, reply);
        return reply;
    }

    private static Document findAndRemove(Context context, Namespace namespace) {
        RequestRules.checkHint(
                context.command().get("hint"), context.server().storage().find(namespace));
        FindQuery query = new FindQuery(
                context.document("query"),
                context.document("sort"),
                context.variables(context.collation(context.command(), namespace)));
        List<StoredRecord> deleted = context.write(writer -> delete(context, namespace, query, 1, writer));
        Document value =
                deleted.isEmpty() ? null : BsonDecoder.decode(deleted.get(0).bytes());
        return new Document("lastErrorObject", new Document("n", deleted.size())).append("value", value);
    }

    private static Document findAndUpdate(Context context, Namespace namespace) {
        UpdateStatement update = new UpdateStatement(
                context,
                namespace,
                context.command(),
                context.document("query"),
                context.command().get("update"),
                context.document("sort"),
                false,
                context.flag("upsert"));
        UpdateStatement.Result result = context.write(writer -> update.run(writer));
        Content inserted = result.upserted();
        Document last = new Document("n", inserted != null ? 1 : result.matched())
                .append("updatedExisting", result.matched() > 0);
        if (inserted != null) {
            last.put("upserted", inserted.id());
        }
        Content value = context.flag("new") ? result.after() : result.before();
        return new Document("lastErrorObject", last).append("value", value == null ? null : value.document());
    }
}
