package io.tandem.engine.plan;

import java.math.BigDecimal;
import java.util.Optional;
import org.bson.BsonDecimal128;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.jspecify.annotations.Nullable;

/** Adds up the increments that two sides made to one number, with the type rules of the server's {@code $inc}. */
final class Counters {
    private Counters() {}

    /** {@code local + hub - base}; empty when the sum cannot be represented, so that the caller picks a side instead. */
    static Optional<BsonValue> sum(@Nullable BsonNumber base, BsonNumber local, BsonNumber hub) {
        if (local instanceof BsonDecimal128 || hub instanceof BsonDecimal128 || base instanceof BsonDecimal128) {
            return decimals(base, local, hub);
        }
        if (local instanceof BsonDouble || hub instanceof BsonDouble || base instanceof BsonDouble) {
            double sum = local.doubleValue() + hub.doubleValue() - (base == null ? 0 : base.doubleValue());
            return Double.isFinite(sum) ? Optional.of(new BsonDouble(sum)) : Optional.empty();
        }
        try {
            long increment = Math.subtractExact(local.longValue(), base == null ? 0 : base.longValue());
            long sum = Math.addExact(hub.longValue(), increment);
            boolean narrow = local.isInt32() && hub.isInt32() && sum == (int) sum;
            return Optional.of(narrow ? new BsonInt32((int) sum) : new BsonInt64(sum));
        } catch (ArithmeticException e) {
            return Optional.empty(); // beyond 64 bits: no number of this type can hold both increments
        }
    }

    private static Optional<BsonValue> decimals(@Nullable BsonNumber base, BsonNumber local, BsonNumber hub) {
        try {
            BigDecimal sum = decimal(local).add(decimal(hub)).subtract(base == null ? BigDecimal.ZERO : decimal(base));
            return Optional.of(new BsonDecimal128(new Decimal128(sum)));
        } catch (ArithmeticException | NumberFormatException e) {
            return Optional.empty(); // NaN, infinite or too many digits: nothing to add up
        }
    }

    private static BigDecimal decimal(BsonNumber number) {
        return number.decimal128Value().bigDecimalValue();
    }
}
