package io.tandem.embedded.cursor;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonDecoder;
import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.bson.Content;
import io.tandem.embedded.bson.KeyString;
import io.tandem.embedded.bson.OpaqueBson;
import io.tandem.embedded.bson.RawBson;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Scope;
import io.tandem.embedded.expression.Values;
import io.tandem.embedded.query.DocumentOrder;
import io.tandem.embedded.query.Filter;
import io.tandem.embedded.query.Filters;
import io.tandem.embedded.query.IdBounds;
import io.tandem.embedded.query.MatchDetails;
import io.tandem.embedded.store.CollectionView;
import io.tandem.embedded.store.SecondaryIndex;
import io.tandem.embedded.store.StoredRecord;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A filter, an order and bounds, compiled with the collation of its variables. Any thread. Point reads, ranges and order of `_id` use its
 * index and are lazy, and so do ranges and order of the first fields of another index, as long as no document has an array there; equality on its
 * first field uses that too; the rest scans.
 */
public final class FindQuery {
    private final Filter filter;
    private final boolean idOnly;
    private final boolean exactPoints;
    private final IdBounds bounds;
    private final Document source;
    private final Document sort;
    private final Collation collation;
    private final @Nullable DocumentOrder order;
    private final boolean sortedById;
    private final boolean bounded;
    private final boolean idsWithoutText;
    private final boolean byId;
    private final boolean reverse;
    private final boolean natural;

    public FindQuery(Document filter, Document sort, @Nullable Scope variables) {
        this(filter, sort, IdBounds.ALL, false, variables);
    }

    /**
     * A query.
     *
     * @param extra more bounds on the `_id`, from `min` and `max`
     * @param forceId whether to read in the order of the `_id` whatever the filter says
     */
    public FindQuery(Document filter, Document sort, IdBounds extra, boolean forceId, @Nullable Scope variables) {
        this.source = filter;
        this.sort = sort;
        this.filter = Filters.compile(filter, variables);
        this.idOnly = filter.size() == 1 && filter.containsKey("_id");
        this.exactPoints = idOnly && isPlainPoint(filter.get("_id"));
        this.collation = Scope.collationOf(variables);
        this.bounds = IdBounds.of(filter, "_id", collation).and(extra);
        this.bounded = !extra.isAll();
        this.idsWithoutText = !bounds.isAll() && !bounded && !namesTextAsId(filter);
        String first = sort.isEmpty() ? "" : sort.keySet().iterator().next();
        this.natural = first.equals("$natural");
        this.sortedById = first.equals("_id") && sort.get(first) instanceof Number;
        this.byId = sortedById || forceId || !bounds.isAll();
        this.reverse = (sortedById || natural) && ((Number) Objects.requireNonNull(sort.get(first))).doubleValue() < 0;
        this.order = sort.isEmpty() || natural ? null : DocumentOrder.of(sort, collation);
    }

    /** Whether a condition on the `_id` holds a string anywhere. */
    private static boolean namesTextAsId(Document filter) {
        boolean inParts = filter.get("$and") instanceof List<?> parts
                && parts.stream().anyMatch(part -> part instanceof Document inner && namesTextAsId(inner));
        return inParts || holdsText(filter.get("_id"));
    }

    private static boolean holdsText(@Nullable Object value) {
        Iterable<?> inside = value instanceof Document document
                ? document.values()
                : value instanceof List<?> list ? list : List.of();
        for (Object each : inside) {
            if (holdsText(each)) {
                return true;
            }
        }
        return value instanceof String || value instanceof OpaqueBson;
    }

    /** Whether whatever has one of the condition's keys matches it. */
    private static boolean isPlainPoint(@Nullable Object condition) {
        if (condition instanceof Document document) {
            if (document.size() == 1 && document.get("$in") instanceof List<?> list) {
                return list.stream()
                        .noneMatch(each ->
                                Values.nullish(each) || each instanceof de.bwaldvogel.mongo.bson.BsonRegularExpression);
            }
            return document.size() == 1
                    && document.containsKey("$eq")
                    && !(document.get("$eq") instanceof de.bwaldvogel.mongo.bson.BsonRegularExpression);
        }
        return condition != null && !(condition instanceof de.bwaldvogel.mongo.bson.BsonRegularExpression);
    }

    /** Matching records in the asked order, lazily unless a sort needs them all. */
    public Iterator<StoredRecord> records(CollectionView view) {
        if (!usesIds(view)) {
            if (bounded) {
                throw new ServerError(291, "min() and max() need an index with the collation of the query");
            }
            Iterator<StoredRecord> all = view.natural(natural && reverse);
            Iterator<StoredRecord> matching = filter == Filter.ALL ? all : new Matching(all);
            return order == null ? matching : sorted(matching, order);
        }
        List<Usable> indexes = usable(view);
        Iterator<StoredRecord> ordered = inOrder(indexes);
        if (ordered != null) {
            return filter == Filter.ALL ? ordered : new Matching(ordered);
        }
        Iterator<StoredRecord> candidates = candidates(view, indexes);
        Iterator<StoredRecord> matching =
                filter == Filter.ALL || (exactPoints && bounds.isPoints()) ? candidates : new Matching(candidates);
        return order == null || sortedById ? matching : sorted(matching, order);
    }

    /**
     * A record that matches.
     *
     * @param record the live one
     * @param document what its bytes say
     * @param details where in an array it matched
     */
    public record Match(StoredRecord record, Content document, MatchDetails details) {}

    /** The first record that matches, for whoever holds the write gate; null when there is none. */
    public @Nullable Match first(CollectionView view) {
        boolean inOrder = order == null || sortedById;
        Iterator<StoredRecord> records = inOrder && usesIds(view) ? candidates(view, usable(view)) : records(view);
        while (records.hasNext()) {
            Match match = match(view, records.next().key());
            if (match != null) {
                return match;
            }
        }
        return null;
    }

    /** The record with this key if it matches now. */
    public @Nullable Match match(CollectionView view, KeyString key) {
        StoredRecord record = view.byKey(key);
        if (record == null) {
            return null;
        }
        Content document = new Content(record.bytes());
        MatchDetails details = new MatchDetails();
        boolean matches = (exactPoints && bounds.isPoints() && usesIds(view)) || test(document, details);
        return matches ? new Match(record, document, details) : null;
    }

    private boolean test(Content document, MatchDetails details) {
        return filter == Filter.ALL || filter.test(document.document(), details);
    }

    /** Whether the `_id` index of a collection has the order of this query; under another collation strings have other neighbours. */
    private boolean usesIds(CollectionView view) {
        return idsWithoutText || collation.equals(view.collation());
    }

    private boolean quick(byte[] bytes) {
        return filter.test(idOnly ? new Document("_id", RawBson.field(bytes, "_id")) : BsonDecoder.decode(bytes), null);
    }

    private Iterator<StoredRecord> candidates(CollectionView view, List<Usable> indexes) {
        List<KeyString> points = bounds.points();
        if (points != null && !natural) {
            return points(view, points);
        } else if (byId && !natural) {
            return view.byId(bounds.low(), bounds.high(), reverse);
        }
        List<StoredRecord> indexed = indexed(indexes);
        if (indexed != null) {
            return indexed.iterator();
        }
        Iterator<StoredRecord> ranged = ranged(indexes);
        return ranged != null ? ranged : view.natural(natural && reverse);
    }

    /** An index that has every record which can match, and what the filter says of its first field. */
    private record Usable(SecondaryIndex index, IdBounds range) {
        Iterator<StoredRecord> records(boolean backwards) {
            List<KeyString> points = range.points();
            if (points == null) {
                return index.range(range.low(), range.high(), backwards);
            }
            return points.isEmpty()
                    ? java.util.Collections.emptyIterator()
                    : index.range(points.get(0), points.get(points.size() - 1).afterPrefix(), backwards);
        }
    }

    /** The indexes besides that of `_id` that can serve this query; none when it is read in another order anyway. */
    private List<Usable> usable(CollectionView view) {
        if (byId || natural) {
            return List.of();
        }
        List<Usable> usable = new ArrayList<>();
        for (SecondaryIndex index : view.usableIndexes()) {
            IdBounds range = IdBounds.of(source, index.firstField(), collation);
            if (index.collation().equals(collation) && index.covers(range)) {
                usable.add(new Usable(index, range));
            }
        }
        return usable;
    }

    private Iterator<StoredRecord> points(CollectionView view, List<KeyString> points) {
        List<StoredRecord> result = new ArrayList<>(points.size());
        for (KeyString key : points) {
            StoredRecord record = view.byKey(key);
            if (record != null) {
                result.add(record);
            }
        }
        if (reverse) {
            java.util.Collections.reverse(result);
        }
        return result.iterator();
    }

    private @Nullable List<StoredRecord> indexed(List<Usable> indexes) {
        for (Usable usable : indexes) {
            Object condition = source.get(usable.index().firstField());
            List<?> values = condition == null ? null : equalities(condition);
            if (values != null) {
                java.util.Set<StoredRecord> result = new java.util.LinkedHashSet<>();
                values.forEach(value -> result.addAll(usable.index().candidates(value)));
                return new ArrayList<>(result);
            }
        }
        return null;
    }

    /** What lies within the bounds on the first field of some index; null when no index helps. */
    private static @Nullable Iterator<StoredRecord> ranged(List<Usable> indexes) {
        for (Usable usable : indexes) {
            if (!usable.range().isAll() && usable.index().ordered()) {
                return usable.records(false);
            }
        }
        return null;
    }

    /** The same in the asked order, which is then that of an index; null when none has it. */
    private @Nullable Iterator<StoredRecord> inOrder(List<Usable> indexes) {
        if (sort.isEmpty()) {
            return null;
        }
        for (Usable usable : indexes) {
            int direction = usable.index().ordered() ? usable.index().spec().directionOf(sort) : 0;
            if (direction != 0) {
                return usable.records(direction < 0);
            }
        }
        return null;
    }

    private static @Nullable List<?> equalities(Object condition) {
        if (condition instanceof Document document) {
            if (document.size() == 1
                    && document.get("$in") instanceof List<?> list
                    && list.stream().allMatch(FindQuery::isScalar)) {
                return list;
            }
            Object equal = document.get("$eq");
            return document.size() == 1 && equal != null && isScalar(equal) ? List.of(equal) : null;
        }
        return isScalar(condition) ? List.of(condition) : null;
    }

    private static boolean isScalar(@Nullable Object value) {
        return value instanceof String
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof de.bwaldvogel.mongo.bson.ObjectId
                || value instanceof java.time.Instant
                || value instanceof java.util.UUID;
    }

    private static Iterator<StoredRecord> sorted(Iterator<StoredRecord> matching, DocumentOrder by) {
        record Decoded(StoredRecord record, Document document) {}
        List<Decoded> all = new ArrayList<>();
        matching.forEachRemaining(record -> {
            byte[] bytes = record.bytes();
            all.add(new Decoded(new StoredRecord(record.number(), record.key(), bytes), BsonDecoder.decode(bytes)));
        });
        all.sort((a, b) -> by.compare(a.document, b.document));
        return all.stream().map(Decoded::record).iterator();
    }

    /** Passes on what matches; the bytes handed out are those that were tested. */
    private final class Matching implements Iterator<StoredRecord> {
        private final Iterator<StoredRecord> candidates;
        private @Nullable StoredRecord next;

        Matching(Iterator<StoredRecord> candidates) {
            this.candidates = candidates;
        }

        @Override
        public boolean hasNext() {
            while (next == null && candidates.hasNext()) {
                StoredRecord candidate = candidates.next();
                byte[] bytes = candidate.bytes();
                if (quick(bytes)) {
                    next = new StoredRecord(candidate.number(), candidate.key(), bytes);
                }
            }
            return next != null;
        }

        @Override
        public StoredRecord next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            StoredRecord result = Objects.requireNonNull(next);
            next = null;
            return result;
        }
    }
}
