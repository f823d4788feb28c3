package io.tandem.embedded.query;

import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.MaxKey;
import de.bwaldvogel.mongo.bson.MinKey;
import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.bson.KeyString;
import io.tandem.embedded.expression.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a filter says about one indexed field: certain keys, or a range of keys. A superset of what matches; the filter itself
 * still decides. Immutable.
 *
 * @param points the only keys that can match, in order; null when a range is known instead
 * @param low first key of the range, inclusive
 * @param high end of the range, exclusive
 */
public record IdBounds(@Nullable List<KeyString> points, KeyString low, KeyString high) {
    public static final IdBounds ALL = new IdBounds(null, KeyString.LOWEST, KeyString.HIGHEST);

    public boolean isPoints() {
        return points != null;
    }

    public boolean isAll() {
        return points == null && low.equals(KeyString.LOWEST) && high.equals(KeyString.HIGHEST);
    }

    /** The bounds that a filter puts on a field, looking also into `$and`, in an index with this collation. */
    public static IdBounds of(Document filter, String field, Collation collation) {
        IdBounds bounds = ALL;
        if (filter.containsKey(field)) {
            bounds = bounds.and(ofCondition(filter.get(field), collation));
        }
        if (filter.get("$and") instanceof List<?> parts) {
            for (Object part : parts) {
                if (part instanceof Document document) {
                    bounds = bounds.and(of(document, field, collation));
                }
            }
        }
        return bounds;
    }

    /** Only what is within both. */
    public IdBounds and(IdBounds other) {
        if (points != null || other.points != null) {
            List<KeyString> mine = points != null ? points : java.util.Objects.requireNonNull(other.points);
            IdBounds rest = points != null ? other : this;
            return rest.isAll()
                    ? new IdBounds(mine, low, high)
                    : new IdBounds(mine.stream().filter(rest::contains).toList(), low, high);
        }
        return new IdBounds(
                null,
                low.compareTo(other.low) >= 0 ? low : other.low,
                high.compareTo(other.high) <= 0 ? high : other.high);
    }

    /** Whether a document with this key may match. */
    public boolean contains(KeyString key) {
        return points != null ? points.contains(key) : key.compareTo(low) >= 0 && key.compareTo(high) < 0;
    }

    private static IdBounds ofCondition(@Nullable Object condition, Collation collation) {
        if (condition instanceof BsonRegularExpression) {
            return ALL;
        } else if (condition instanceof Document document && Filters.isOperators(document)) {
            IdBounds bounds = ALL;
            for (String operator : document.keySet()) {
                bounds = bounds.and(ofOperator(operator, document.get(operator), collation));
            }
            return bounds;
        }
        return point(condition, collation);
    }

    private static IdBounds point(@Nullable Object value, Collation collation) {
        return points(java.util.Collections.singletonList(value), collation);
    }

    private static IdBounds ofOperator(String operator, @Nullable Object operand, Collation collation) {
        boolean unbounded = Values.nullish(operand)
                || operand instanceof MinKey
                || operand instanceof MaxKey
                || operand instanceof BsonRegularExpression;
        return switch (operator) {
            case "$eq" -> operand instanceof BsonRegularExpression ? ALL : point(operand, collation);
            case "$in" -> operand instanceof List<?> list ? points(list, collation) : ALL;
            case "$gt", "$gte" ->
                unbounded ? ALL : new IdBounds(null, KeyString.of(operand, collation), KeyString.bracketEnd(operand));
            case "$lt" ->
                unbounded ? ALL : new IdBounds(null, KeyString.bracketStart(operand), KeyString.of(operand, collation));
            case "$lte" ->
                unbounded
                        ? ALL
                        : new IdBounds(
                                null,
                                KeyString.bracketStart(operand),
                                KeyString.of(operand, collation).afterPrefix());
            default -> ALL;
        };
    }

    private static IdBounds points(List<?> values, Collation collation) {
        TreeSet<KeyString> keys = new TreeSet<>();
        for (Object value : values) {
            if (value instanceof BsonRegularExpression) {
                return ALL;
            }
            keys.add(KeyString.of(value, collation));
            if (Values.nullish(value)) {
                // null also matches undefined, and a missing field, which in an index of our own has the key of null
                keys.add(KeyString.NULL);
                keys.add(KeyString.UNDEFINED);
            }
        }
        return new IdBounds(new ArrayList<>(keys), KeyString.LOWEST, KeyString.HIGHEST);
    }
}
