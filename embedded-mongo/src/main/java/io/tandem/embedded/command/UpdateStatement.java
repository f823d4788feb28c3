package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.ObjectId;
import io.tandem.embedded.bson.BsonDecoder;
import io.tandem.embedded.bson.BsonOrder;
import io.tandem.embedded.bson.Content;
import io.tandem.embedded.bson.RawBson;
import io.tandem.embedded.cursor.FindQuery;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Scope;
import io.tandem.embedded.expression.Values;
import io.tandem.embedded.log.Namespace;
import io.tandem.embedded.query.MatchDetails;
import io.tandem.embedded.store.StoredCollection;
import io.tandem.embedded.store.StoredRecord;
import io.tandem.embedded.store.Writer;
import io.tandem.embedded.update.Delta;
import io.tandem.embedded.update.Update;
import io.tandem.embedded.update.UpdateClock;
import io.tandem.embedded.update.Updates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One update, of the update command or of findAndModify. One thread, used once. */
final class UpdateStatement {
    private final Context context;
    private final Namespace namespace;
    private final Document filter;
    private final FindQuery query;
    /** A replacement that is stored with the bytes that were given; null when there is more to do. */
    private final @Nullable Content replacement;

    private final Update update;
    private final UpdateClock clock;
    private final boolean multi;
    private final boolean upsert;
    private final boolean bypassValidation;

    /** What the statement did. The documents are those of the last change. */
    record Result(
            int matched,
            int modified,
            @Nullable Content upserted,
            @Nullable Content before,
            @Nullable Content after) {}

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
        this.replacement = update instanceof RawBson raw ? StoredDocument.asReplacement(raw) : null;
        this.update = Updates.compile(
                replacement != null
                        ? new Document()
                        : update instanceof RawBson raw ? BsonDecoder.decode(raw.bytes()) : update,
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
            Result result = multi ? all(collection, writer) : first(collection, writer);
            if (result.matched() > 0 || !upsert) {
                return result;
            }
        } else if (!upsert) {
            return new Result(0, 0, null, null, null);
        }
        return insert(context.server().storage().findOrCreate(namespace), writer);
    }

    private Result first(StoredCollection collection, Writer writer) {
        FindQuery.Match match = query.first(writer.view(collection));
        context.checkTime();
        if (match == null) {
            return new Result(0, 0, null, null, null);
        }
        long changesBefore = writer.changes();
        Content after = change(collection, writer, match);
        return new Result(1, writer.changes() != changesBefore ? 1 : 0, null, match.document(), after);
    }

    private Result all(StoredCollection collection, Writer writer) {
        List<StoredRecord> records = new ArrayList<>();
        query.records(writer.view(collection)).forEachRemaining(records::add);
        int matched = 0;
        long changesBefore = writer.changes();
        Content before = null;
        Content after = null;
        for (StoredRecord record : records) {
            context.checkTime();
            FindQuery.Match match = query.match(writer.view(collection), record.key());
            if (match != null) {
                matched++;
                before = match.document();
                after = change(collection, writer, match);
            }
        }
        return new Result(matched, (int) (writer.changes() - changesBefore), null, before, after);
    }

    /** Applies the update to one document; returns the new document, or the old one when nothing changed. */
    private Content change(StoredCollection collection, Writer writer, FindQuery.Match match) {
        StoredRecord record = match.record();
        Content before = match.document();
        Content stored;
        Delta delta = null;
        if (replacement != null) {
            requireSameId(before, replacement.id());
            stored = storable(replacement);
        } else {
            // the update works on a document of its own, as it may change it in place
            Document own = update.isReplacement() ? before.document() : BsonDecoder.decode(before.bytes());
            Update.Outcome outcome = update.apply(own, match.details(), false);
            if (!outcome.replacement()) {
                delta = outcome.delta();
                if (delta.isEmpty()) {
                    return before;
                }
            }
            requireSameId(before, outcome.document().get("_id"));
            stored = update.isReplacement()
                    ? StoredDocument.of(outcome.document(), clock)
                    : StoredDocument.ofUpdate(outcome.document());
        }
        if (Arrays.equals(stored.bytes(), record.bytes())) {
            return before;
        }
        if (!bypassValidation) {
            collection.requireValid(stored, before);
        }
        if (collection.isCapped() && stored.bytes().length != record.bytes().length) {
            throw new ServerError(
                    10003,
                    "Cannot change the size of a document in a capped collection: " + record.bytes().length + " != "
                            + stored.bytes().length);
        }
        writer.replace(collection, record, stored, delta);
        return stored;
    }

    private static void requireSameId(Content before, @Nullable Object id) {
        if (!BsonOrder.equal(before.id(), id)) {
            throw new ServerError(
                    ServerError.IMMUTABLE_FIELD,
                    "After applying the update, the (immutable) field '_id' was found to have been altered");
        }
    }

    private Result insert(StoredCollection collection, Writer writer) {
        Document seed = new Document();
        UpsertSeed.collect(filter, seed, update.isReplacement());
        Object seedId = seed.getOrDefault("_id", Values.MISSING);
        Document made = replacement != null
                ? null
                : update.apply(seed, new MatchDetails(), true).document();
        Object madeId = made == null ? Objects.requireNonNull(replacement).id() : made.get("_id");
        if (seedId != Values.MISSING && !BsonOrder.equal(seedId, madeId)) {
            throw new ServerError(
                    ServerError.IMMUTABLE_FIELD,
                    "Performing an update on the path '_id' would modify the immutable field '_id'");
        }
        Content stored = made == null ? storable(Objects.requireNonNull(replacement)) : storable(made);
        if (!bypassValidation) {
            collection.requireValid(stored, null);
        }
        writer.insert(collection, stored);
        return new Result(0, 0, stored, null, stored);
    }

    private Content storable(Content whole) {
        if (!context.server().settings().isAtLeast50()) {
            Updates.requireNoOperatorNames(whole.document());
        }
        return StoredDocument.requireStorable(whole);
    }

    private Content storable(Document made) {
        Document whole = made;
        if (!made.containsKey("_id")) {
            whole = new Document("_id", new ObjectId());
            whole.putAll(made);
        }
        // only inserts and replacements have their empty timestamps filled
        return update.isReplacement() ? StoredDocument.of(whole, clock) : StoredDocument.ofUpdate(whole);
    }
}
