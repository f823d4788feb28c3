package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.aggregate.Projection;
import io.tandem.embedded.bson.BsonDecoder;
import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.bson.KeyString;
import io.tandem.embedded.bson.RawBson;
import io.tandem.embedded.cursor.Batch;
import io.tandem.embedded.cursor.FindQuery;
import io.tandem.embedded.cursor.IteratorCursor;
import io.tandem.embedded.cursor.ServerCursor;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Scope;
import io.tandem.embedded.expression.Values;
import io.tandem.embedded.log.Namespace;
import io.tandem.embedded.query.Filters;
import io.tandem.embedded.query.IdBounds;
import io.tandem.embedded.store.StoredCollection;
import io.tandem.embedded.store.StoredRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** find, getMore, killCursors, count and distinct. Any thread. */
final class ReadCommands {
    private ReadCommands() {}

    static void register(Map<String, Command> commands) {
        commands.put("find", ReadCommands::find);
        commands.put("getMore", ReadCommands::getMore);
        commands.put("killCursors", ReadCommands::killCursors);
        commands.put("count", ReadCommands::count);
        commands.put("distinct", ReadCommands::distinct);
    }

    private static Document find(Context context) {
        Namespace namespace = context.namespace();
        StoredCollection tailed =
                context.flag("tailable") ? context.server().storage().find(namespace) : null;
        if (tailed != null && tailed.isCapped()) {
            throw new ServerError(
                    ServerError.COMMAND_NOT_SUPPORTED, "tailable cursors are not supported by this embedded server");
        } else if (context.flag("tailable")) {
            throw new ServerError(
                    ServerError.BAD_VALUE,
                    "error processing query: ns=" + namespace.full()
                            + " tailable cursor requested on non capped collection");
        }
        long limit = context.number("limit", 0);
        boolean single = context.flag("singleBatch") || limit < 0;
        limit = Math.abs(limit);
        long skip = context.number("skip", 0);
        if (skip < 0 || context.number("batchSize", 0) < 0) {
            throw new ServerError(51024, "BSON field 'skip' value must be >= 0, actual value '" + skip + "'");
        }
        Iterator<?> documents = documents(context, namespace, skip, limit);
        int batchSize = (int) context.number("batchSize", CursorReply.DEFAULT_FIRST_BATCH);
        if (limit > 0) {
            single |= limit <= batchSize && batchSize > 0 && limit == 1;
        }
        return CursorReply.first(context, new IteratorCursor(namespace, documents), batchSize, single);
    }

    private static Iterator<?> documents(Context context, Namespace namespace, long skip, long limit) {
        Document filter = context.document("filter");
        Collation collation = context.collation(context.command(), namespace);
        Scope variables = context.variables(collation);
        if (namespace.full().equals("local.oplog.rs")
                && context.server().settings().isReplicaSet()) {
            return OplogView.find(context, filter, limit);
        }
        StoredCollection collection = context.server().storage().find(namespace);
        if (collection != null && ViewGuard.isView(collection)) {
            return AggregateCommand.findOnView(context, collection, skip, limit);
        }
        RequestRules.checkHint(context.command().get("hint"), collection);
        Document sort = context.document("sort");
        FindQuery query = new FindQuery(filter, sort, bounds(context, collation), forcesId(context), variables);
        Document projection = context.document("projection");
        Projection project = projection.isEmpty() ? null : Projection.compile(projection, true, variables);
        if (collection == null) {
            return Collections.emptyIterator();
        }
        Iterator<StoredRecord> records = query.records(context.view(collection));
        for (long i = 0; i < skip && records.hasNext(); i++) {
            records.next();
        }
        return new Page(context, records, limit == 0 ? Long.MAX_VALUE : limit, project);
    }

    /** The documents that a find returns, made one by one. */
    private static final class Page implements Iterator<Object> {
        private final Context context;
        private final Iterator<StoredRecord> records;
        private final @Nullable Projection projection;
        private long left;

        Page(Context context, Iterator<StoredRecord> records, long limit, @Nullable Projection projection) {
            this.context = context;
            this.records = records;
            this.projection = projection;
            this.left = limit;
        }

        @Override
        public boolean hasNext() {
            return left > 0 && records.hasNext();
        }

        @Override
        public Object next() {
            if (left == 0) {
                throw new NoSuchElementException();
            }
            context.checkTime();
            left--;
            byte[] bytes = records.next().bytes();
            return projection == null ? new RawBson(bytes) : projection.apply(bytes);
        }
    }

    private static boolean forcesId(Context context) {
        Object hint = context.command().get("hint");
        boolean id = "_id_".equals(hint)
                || (hint instanceof Document document && document.keySet().equals(java.util.Set.of("_id")));
        boolean bounded =
                context.command().containsKey("min") || context.command().containsKey("max");
        if (bounded && !id) {
            throw new ServerError(
                    51173,
                    "When using min()/max() a hint of which index to use must be provided; this embedded server supports {_id: 1}");
        }
        return id;
    }

    /** Bounds on the `_id` index: min is inclusive, max is exclusive, over all types. */
    private static IdBounds bounds(Context context, Collation collation) {
        Document min = context.document("min");
        Document max = context.document("max");
        return new IdBounds(
                null,
                min.containsKey("_id") ? KeyString.of(min.get("_id"), collation) : KeyString.LOWEST,
                max.containsKey("_id") ? KeyString.of(max.get("_id"), collation) : KeyString.HIGHEST);
    }

    static <T> Stream<T> stream(Iterator<T> iterator) {
        return StreamSupport.stream(java.util.Spliterators.spliteratorUnknownSize(iterator, 0), false);
    }

    private static Document getMore(Context context) {
        if (!(context.command().get("getMore") instanceof Long id)) {
            throw new ServerError(ServerError.TYPE_MISMATCH, "Field 'getMore' must be of type long in: getMore");
        }
        ServerCursor cursor = context.server().cursors().acquire(id);
        try {
            String expected = context.database() + "." + context.command().get("collection");
            if (!cursor.namespace().full().equals(expected)) {
                throw new ServerError(
                        ServerError.UNAUTHORIZED,
                        "Requested getMore on namespace '" + expected
                                + "', but cursor belongs to a different namespace "
                                + cursor.namespace().full());
            }
            long wait = cursor.awaitsData() ? context.number("maxTimeMS", 1_000) : 0;
            int batchSize = (int) context.number("batchSize", 0);
            Batch batch = cursor.next(batchSize, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(wait));
            boolean gone = !context.server().cursors().isOpen(id);
            if (gone) {
                throw new ServerError(ServerError.CURSOR_NOT_FOUND, "cursor id " + id + " not found");
            }
            if (batch.finished()) {
                context.server().cursors().close(id);
            }
            return CursorReply.reply(cursor, batch, batch.finished() ? 0 : id, "nextBatch");
        } catch (ServerError e) {
            context.server().cursors().close(id);
            throw e;
        } finally {
            context.server().cursors().release(id);
        }
    }

    private static Document killCursors(Context context) {
        List<Object> killed = new ArrayList<>();
        List<Object> notFound = new ArrayList<>();
        if (!(context.command().get("cursors") instanceof List<?> ids)) {
            throw new ServerError(ServerError.FAILED_TO_PARSE, "Field 'cursors' must be of type array in: killCursors");
        }
        for (Object id : ids) {
            boolean found =
                    id instanceof Long number && context.server().cursors().close(number);
            (found ? killed : notFound).add(id);
        }
        return new Document("cursorsKilled", killed)
                .append("cursorsNotFound", notFound)
                .append("cursorsAlive", List.of())
                .append("cursorsUnknown", List.of());
    }

    private static Document count(Context context) {
        StoredCollection collection = context.server().storage().find(context.namespace());
        RequestRules.checkHint(context.command().get("hint"), collection);
        long skip = context.number("skip", 0);
        long limit = Math.abs(context.number("limit", 0));
        long count = 0;
        if (collection != null) {
            Document query = context.document("query");
            if (ViewGuard.isView(collection)) {
                count = AggregateCommand.countView(context, collection, query);
            } else if (query.isEmpty()) {
                count = context.view(collection).count();
            } else {
                Iterator<StoredRecord> records =
                        new FindQuery(query, new Document(), variables(context)).records(context.view(collection));
                for (; records.hasNext(); records.next()) {
                    context.checkTime();
                    count++;
                }
            }
        }
        count = Math.max(0, count - skip);
        count = limit > 0 ? Math.min(count, limit) : count;
        return new Document("n", count <= Integer.MAX_VALUE ? (Object) (int) count : (Object) count);
    }

    private static Scope variables(Context context) {
        return context.variables(context.collation(context.command(), context.namespace()));
    }

    private static Document distinct(Context context) {
        if (!(context.command().get("key") instanceof String key)) {
            throw new ServerError(ServerError.TYPE_MISMATCH, "BSON field 'distinct.key' must be a string");
        }
        StoredCollection collection = context.server().storage().find(context.namespace());
        RequestRules.checkHint(context.command().get("hint"), collection);
        Collation collation = context.collation(context.command(), context.namespace());
        TreeMap<KeyString, @Nullable Object> values = new TreeMap<>();
        if (collection != null) {
            documents(context, collection, context.document("query")).forEach(document -> {
                context.checkTime();
                Filters.collect(document, key, value -> {
                    if (value != Values.MISSING) {
                        values.putIfAbsent(KeyString.of(value, collation), value);
                    }
                });
            });
        }
        return new Document("values", new ArrayList<>(values.values()));
    }

    private static Stream<Document> documents(Context context, StoredCollection collection, Document query) {
        if (ViewGuard.isView(collection)) {
            return AggregateCommand.matchingInView(context, collection, query);
        }
        FindQuery found = new FindQuery(query, new Document(), variables(context));
        return stream(found.records(context.view(collection))).map(record -> BsonDecoder.decode(record.bytes()));
    }
}
