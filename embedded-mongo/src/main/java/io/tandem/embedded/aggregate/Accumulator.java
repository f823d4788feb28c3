package io.tandem.embedded.aggregate;

import de.bwaldvogel.mongo.bson.Decimal128;
import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonOrder;
import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.bson.KeyString;
import io.tandem.embedded.bson.Numbers;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Arithmetic;
import io.tandem.embedded.expression.Values;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a group computes over its documents. One thread. */
abstract class Accumulator {
    abstract void add(@Nullable Object value);

    abstract @Nullable Object result();

    /** Starts an accumulator of this name, which compares strings by the collation it is given. */
    static Function<Collation, Accumulator> named(String operator) {
        return switch (operator) {
            case "$sum", "$count" -> collation -> new Sum();
            case "$avg" -> collation -> new Average();
            case "$min" -> collation -> new Extreme(-1, collation);
            case "$max" -> collation -> new Extreme(1, collation);
            case "$first" -> collation -> new End(true);
            case "$last" -> collation -> new End(false);
            case "$push" -> collation -> new Push();
            case "$addToSet" -> AddToSet::new;
            case "$mergeObjects" -> collation -> new Merge();
            default -> throw new ServerError(15952, "unknown group operator '" + operator + "'");
        };
    }

    private static class Sum extends Accumulator {
        Number sum = 0;

        @Override
        void add(@Nullable Object value) {
            if (value instanceof Number number) {
                sum = Arithmetic.add(sum, number);
            }
        }

        @Override
        @Nullable
        Object result() {
            return sum;
        }
    }

    private static final class Average extends Sum {
        private long count;

        @Override
        void add(@Nullable Object value) {
            super.add(value);
            count += value instanceof Number ? 1 : 0;
        }

        @Override
        @Nullable
        Object result() {
            if (count == 0) {
                return null;
            }
            if (sum instanceof Decimal128 && !Numbers.isNaN(sum) && Numbers.infinity(sum) == 0) {
                return new Decimal128(Numbers.exact(sum).divide(BigDecimal.valueOf(count), MathContext.DECIMAL128));
            }
            return sum.doubleValue() / count;
        }
    }

    private static final class Extreme extends Accumulator {
        private final int sign;
        private final Collation collation;
        private @Nullable Object best = Values.MISSING;

        Extreme(int sign, Collation collation) {
            this.sign = sign;
            this.collation = collation;
        }

        @Override
        void add(@Nullable Object value) {
            if (!Values.nullish(value)
                    && (best == Values.MISSING || BsonOrder.compare(value, best, collation) * sign > 0)) {
                best = value;
            }
        }

        @Override
        @Nullable
        Object result() {
            return best;
        }
    }

    private static final class End extends Accumulator {
        private final boolean first;
        private boolean any;
        private @Nullable Object value = Values.MISSING;

        End(boolean first) {
            this.first = first;
        }

        @Override
        void add(@Nullable Object next) {
            if (!first || !any) {
                value = next;
                any = true;
            }
        }

        @Override
        @Nullable
        Object result() {
            return value;
        }
    }

    private static final class Push extends Accumulator {
        private final List<@Nullable Object> values = new ArrayList<>();

        @Override
        void add(@Nullable Object value) {
            if (value != Values.MISSING) {
                values.add(value);
            }
        }

        @Override
        Object result() {
            return values;
        }
    }

    private static final class AddToSet extends Accumulator {
        private final Map<KeyString, @Nullable Object> values = new LinkedHashMap<>();
        private final Collation collation;

        AddToSet(Collation collation) {
            this.collation = collation;
        }

        @Override
        void add(@Nullable Object value) {
            if (value != Values.MISSING) {
                values.putIfAbsent(KeyString.of(value, collation), value);
            }
        }

        @Override
        Object result() {
            return new ArrayList<>(values.values());
        }
    }

    private static final class Merge extends Accumulator {
        private final Document merged = new Document();

        @Override
        void add(@Nullable Object value) {
            if (value instanceof Document document) {
                merged.putAll(document);
            }
        }

        @Override
        Object result() {
            return merged;
        }
    }
}
