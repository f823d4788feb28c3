package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.ObjectId;
import io.tandem.embedded.bson.BsonDecoder;
import io.tandem.embedded.bson.BsonOrder;
import io.tandem.embedded.cursor.FindQuery;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Scope;
import io.tandem.embedded.expression.Values;
import io.tandem.embedded.log.Namespace;
import io.tandem.embedded.query.MatchDetails;
import io.tandem.embedded.store.CollectionView;
import io.tandem.embedded.store.StoredCollection;
import io.tandem.embedded.store.StoredRecord;
import io.tandem.embedded.store.Writer;
import io.tandem.embedded.update.Update;
import io.tandem.embedded.update.UpdateClock;
import io.tandem.embedded.update.Updates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One update, of the update command or of findAndModify. One thread, used once. */
final class UpdateStatement {
    private final Context context;
    private final Namespace namespace;
    private final Document filter;
    private final FindQuery query;
    private final Update update;
    private final UpdateClock clock;
    private final boolean multi;
    private final boolean upsert;
    private final boolean bypassValidation;

    /** What the statement did. The documents are those of the last change. */
    record Result(
            int matched,
            int modified,
            @Nullable Document upserted,
            @Nullable Document before,
            @Nullable Document after) {}

    UpdateStatement(
            Context context,
            Namespace namespace,
            Document statement,
            Document filter,
            @Nullable Object update,
            Document sort,
            boolean multi,
            boolean upsert) {
        this.context = context;
        this.namespace = namespace;
        this.filter = filter;
        this.multi = multi;
        this.upsert = upsert;
        this.bypassValidation = context.flag("bypassDocumentValidation");
        this.clock = context.updateClock();
        Scope variables = context.variables(context.collation(statement, namespace));
        if (statement.get("c") instanceof Document constants) {
            for (var constant : constants.entrySet()) {
                variables = variables.with(constant.getKey(), constant.getValue());
            }
        }
        RequestRules.checkHint(statement.get("hint"), context.server().storage().find(namespace));
        if (upsert && mentionsExpression(filter)) {
            throw new ServerError(224, "$expr is not allowed in the query predicate for an upsert");
        }
        this.query = new FindQuery(filter, sort, variables);
        this.update = Updates.compile(
                update,
                statement.get("arrayFilters"),
                variables,
                !context.server().settings().isAtLeast50(),
                clock);
        if (multi && this.update.isReplacement()) {
            throw new ServerError(
                    ServerError.FAILED_TO_PARSE, "multi update is not supported for replacement-style update");
        }
    }

    private static boolean mentionsExpression(Document filter) {
        return filter.containsKey("$expr")
                || (filter.get("$and") instanceof List<?> parts
                        && parts.stream()
                                .anyMatch(part -> part instanceof Document inner && mentionsExpression(inner)));
    }

    /** Runs the statement; the caller has entered the write gate. */
    Result run(Writer writer) {
        StoredCollection collection = context.server().storage().find(namespace);
        if (collection != null) {
            ViewGuard.requireWritable(collection);
            CollectionView view = writer.view(collection);
            int matched = 0;
            int modified = 0;
            Document before = null;
            Document after = null;
            Iterator<StoredRecord> records =
                    multi ? collect(query.records(view)).iterator() : query.records(view);
            while (records.hasNext()) {
                context.checkTime();
                StoredRecord record = view.byKey(records.next().key());
                if (record == null) {
                    continue;
                }
                byte[] old = record.bytes();
                Document document = BsonDecoder.decode(old);
                MatchDetails details = new MatchDetails();
                if (!query.matches(document, details)) {
                    continue;
                }
                matched++;
                before = BsonDecoder.decode(old);
                long changesBefore = writer.changes();
                after = change(collection, writer, record, document, before, details);
                if (writer.changes() != changesBefore) {
                    modified++;
                }
                view = writer.view(collection);
                if (!multi) {
                    break;
                }
            }
            if (matched > 0 || !upsert) {
                return new Result(matched, modified, null, before, after);
            }
        } else if (!upsert) {
            return new Result(0, 0, null, null, null);
        }
        return insert(context.server().storage().findOrCreate(namespace), writer);
    }

    private static List<StoredRecord> collect(Iterator<StoredRecord> records) {
        List<StoredRecord> result = new ArrayList<>();
        records.forEachRemaining(result::add);
        return result;
    }

    /** Applies the update to one document; returns the new document, or the old one when nothing changed. */
    private Document change(
            StoredCollection collection,
            Writer writer,
            StoredRecord record,
            Document document,
            Document before,
            MatchDetails details) {
        Update.Outcome outcome = update.apply(document, details, false);
        if (!outcome.replacement() && outcome.delta().isEmpty()) {
            return before;
        }
        if (!BsonOrder.equal(before.get("_id"), outcome.document().get("_id"))) {
            throw new ServerError(
                    ServerError.IMMUTABLE_FIELD,
                    "After applying the update, the (immutable) field '_id' was found to have been altered");
        }
        StoredDocument stored = update.isReplacement()
                ? StoredDocument.of(outcome.document(), clock)
                : StoredDocument.ofUpdate(outcome.document());
        if (Arrays.equals(stored.bytes(), record.bytes())) {
            return before;
        }
        if (!bypassValidation) {
            collection.requireValid(stored.document(), before);
        }
        if (collection.isCapped() && stored.bytes().length != record.bytes().length) {
            throw new ServerError(
                    10003,
                    "Cannot change the size of a document in a capped collection: " + record.bytes().length + " != "
                            + stored.bytes().length);
        }
        writer.replace(
                collection, record, stored.document(), stored.bytes(), outcome.replacement() ? null : outcome.delta());
        return stored.document();
    }

    private Result insert(StoredCollection collection, Writer writer) {
        Document seed = new Document();
        UpsertSeed.collect(filter, seed, update.isReplacement());
        Object seedId = seed.getOrDefault("_id", Values.MISSING);
        Document made = update.apply(seed, new MatchDetails(), true).document();
        if (seedId != Values.MISSING && !BsonOrder.equal(seedId, made.get("_id"))) {
            throw new ServerError(
                    ServerError.IMMUTABLE_FIELD,
                    "Performing an update on the path '_id' would modify the immutable field '_id'");
        }
        if (!made.containsKey("_id")) {
            Document withId = new Document("_id", new ObjectId());
            withId.putAll(made);
            made = withId;
        }
        // only inserts and replacements have their empty timestamps filled
        StoredDocument stored = update.isReplacement() ? StoredDocument.of(made, clock) : StoredDocument.ofUpdate(made);
        if (!bypassValidation) {
            collection.requireValid(stored.document(), null);
        }
        writer.insert(collection, stored.document(), stored.bytes());
        return new Result(0, 0, stored.document(), null, stored.document());
    }
}
