package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.Content;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.log.Namespace;
import io.tandem.embedded.store.StoredCollection;
import io.tandem.embedded.store.Writer;
import io.tandem.embedded.update.UpdateClock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** `$out` and `$merge`. One thread, used once. */
final class OutputStage {
    private final boolean merge;
    private final Namespace target;
    private final Document options;

    private OutputStage(boolean merge, Namespace target, Document options) {
        this.merge = merge;
        this.target = target;
        this.options = options;
    }

    static boolean isOutput(String stage) {
        return stage.equals("$out") || stage.equals("$merge");
    }

    /** The output stage at the end of the pipeline, or null. */
    static @Nullable OutputStage find(Context context, List<Map.Entry<String, Object>> stages) {
        if (stages.isEmpty() || !isOutput(stages.get(stages.size() - 1).getKey())) {
            return null;
        }
        String name = stages.get(stages.size() - 1).getKey();
        if (context.inTransaction()) {
            throw new ServerError(
                    ServerError.OPERATION_NOT_SUPPORTED_IN_TRANSACTION, name + " cannot be used in a transaction");
        }
        Object argument = stages.get(stages.size() - 1).getValue();
        boolean merge = name.equals("$merge");
        Document options = argument instanceof Document document ? document : new Document();
        Object into = merge && argument instanceof Document document ? document.get("into") : argument;
        Namespace target;
        if (into instanceof String collection) {
            target = new Namespace(context.database(), collection);
        } else if (into instanceof Document both) {
            target = new Namespace(
                    String.valueOf(both.getOrDefault("db", context.database())), String.valueOf(both.get("coll")));
        } else {
            throw new ServerError(16990, name + " only supports a string or object argument");
        }
        if (merge) {
            requireKnown(options);
        }
        return new OutputStage(merge, Namespace.collection(target.database(), target.collection()), options);
    }

    private static void requireKnown(Document options) {
        for (String option : options.keySet()) {
            if (!Set.of("into", "on", "whenMatched", "whenNotMatched", "let").contains(option)) {
                throw new ServerError(40415, "BSON field '$merge." + option + "' is an unknown field.");
            }
        }
        if (options.containsKey("let")) {
            throw new ServerError(
                    ServerError.COMMAND_NOT_SUPPORTED, "$merge with 'let' is not supported by this embedded server");
        }
        Object whenMatched = options.getOrDefault("whenMatched", "merge");
        if (!(whenMatched instanceof List)) {
            requireOneOf("whenMatched", whenMatched, Set.of("replace", "keepExisting", "merge", "fail"));
        }
        requireOneOf(
                "whenNotMatched",
                options.getOrDefault("whenNotMatched", "insert"),
                Set.of("insert", "discard", "fail"));
    }

    private static void requireOneOf(String option, @Nullable Object value, Set<String> allowed) {
        if (!(value instanceof String text) || !allowed.contains(text)) {
            throw new ServerError(
                    ServerError.BAD_VALUE,
                    "Enumeration value '" + value + "' for field '$merge." + option + "' is not a valid value.");
        }
    }

    void write(Context context, List<Document> result) {
        if (merge) {
            merge(context, result);
        } else {
            replace(context, result);
        }
    }

    /** Writes into a temporary collection and renames it over the target, as the server does. */
    private void replace(Context context, List<Document> result) {
        UpdateClock clock = context.updateClock();
        context.write(writer -> {
            StoredCollection old = context.server().storage().find(target);
            if (old != null && old.isCapped()) {
                throw new ServerError(
                        17152, "namespace '" + target.full() + "' is capped so it can't be used for $out");
            }
            StoredCollection temporary = context.server()
                    .storage()
                    .create(
                            new Namespace(target.database(), "tmp.agg_out." + UUID.randomUUID()),
                            old == null ? new Document() : old.options());
            try {
                if (old != null) {
                    old.indexes().forEach(index -> context.server().storage().createIndex(temporary, index.spec()));
                }
                for (Document document : result) {
                    writer.insert(temporary, StoredDocument.forInsert(document, clock));
                }
                context.server().storage().rename(temporary, target, true);
            } catch (ServerError e) {
                context.server().storage().drop(temporary);
                throw e;
            }
            return 0;
        });
    }

    private void merge(Context context, List<Document> result) {
        Object on = options.getOrDefault("on", "_id");
        Object whenMatched = options.getOrDefault("whenMatched", "merge");
        Object whenNotMatched = options.getOrDefault("whenNotMatched", "insert");
        List<?> fields = on instanceof List<?> list ? list : List.of(on);
        for (Document document : result) {
            Document filter = new Document();
            for (Object field : fields) {
                filter.put(String.valueOf(field), new Document("$eq", document.get(field)));
            }
            context.write(writer -> mergeOne(context, writer, document, filter, whenMatched, whenNotMatched));
        }
    }

    private int mergeOne(
            Context context,
            Writer writer,
            Document document,
            Document filter,
            Object whenMatched,
            Object whenNotMatched) {
        Object update;
        if (whenMatched instanceof List<?> pipeline) {
            update = pipeline;
        } else if (whenMatched.equals("replace")) {
            update = document;
        } else {
            Document fields = document.clone();
            fields.remove("_id");
            update = fields.isEmpty() ? new Document("$setOnInsert", new Document()) : new Document("$set", fields);
        }
        Document statement = new Document("c", new Document("new", document));
        UpdateStatement match = new UpdateStatement(
                context,
                target,
                statement,
                filter,
                whenMatched.equals("keepExisting") || whenMatched.equals("fail")
                        ? new Document("$setOnInsert", new Document("_id", document.get("_id")))
                        : update,
                new Document(),
                false,
                false);
        UpdateStatement.Result outcome = match.run(writer);
        if (outcome.matched() > 0) {
            if (whenMatched.equals("fail")) {
                throw new ServerError(
                        ServerError.DUPLICATE_KEY, "$merge found a matching document in " + target.full());
            }
            return 1;
        }
        if (whenNotMatched.equals("fail")) {
            throw new ServerError(13113, "$merge could not find a matching document in the target collection");
        }
        if (whenNotMatched.equals("insert")) {
            Content stored = StoredDocument.forInsert(document, context.updateClock());
            writer.insert(context.server().storage().findOrCreate(target), stored);
        }
        return 1;
    }
}
