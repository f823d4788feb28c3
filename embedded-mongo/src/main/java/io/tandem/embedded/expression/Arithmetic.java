package io.tandem.embedded.expression;

import de.bwaldvogel.mongo.bson.Decimal128;
import io.tandem.embedded.bson.BsonTypes;
import io.tandem.embedded.bson.Numbers;
import io.tandem.embedded.error.ServerError;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sums, products, remainders with the server's result types. Any thread. */
public final class Arithmetic {
    private Arithmetic() {}

    static void register(Map<String, Expressions.Compiler> operators) {
        operators.put("$add", argument -> {
            List<Expression> all = Expressions.arguments(argument);
            return scope -> sum(all, scope);
        });
        operators.put("$subtract", argument -> {
            List<Expression> pair = Expressions.exactly("$subtract", argument, 2);
            return scope -> subtract(pair.get(0).evaluate(scope), pair.get(1).evaluate(scope));
        });
        operators.put("$multiply", argument -> {
            List<Expression> all = Expressions.arguments(argument);
            return scope -> {
                Number result = 1;
                for (Expression each : all) {
                    Object value = each.evaluate(scope);
                    if (Values.nullish(value)) {
                        return null;
                    }
                    result = multiply(result, number("$multiply", 16555, value));
                }
                return result;
            };
        });
        operators.put("$divide", argument -> pair("$divide", 16609, argument, Arithmetic::divide));
        operators.put("$mod", argument -> pair("$mod", 16611, argument, Arithmetic::remainder));
    }

    /** An operator over two numbers. */
    @FunctionalInterface
    private interface Operation {
        Number apply(Number a, Number b);
    }

    private static Expression pair(String name, int code, @Nullable Object argument, Operation operation) {
        List<Expression> pair = Expressions.exactly(name, argument, 2);
        return scope -> {
            Object a = pair.get(0).evaluate(scope);
            Object b = pair.get(1).evaluate(scope);
            return Values.nullish(a) || Values.nullish(b)
                    ? null
                    : operation.apply(number(name, code, a), number(name, code, b));
        };
    }

    private static Number number(String name, int code, @Nullable Object value) {
        if (value instanceof Number number) {
            return number;
        }
        throw new ServerError(code, name + " only supports numeric types, not " + BsonTypes.name(value));
    }

    private static @Nullable Object sum(List<Expression> all, Scope scope) {
        Number sum = 0;
        boolean date = false;
        for (Expression each : all) {
            Object value = each.evaluate(scope);
            if (Values.nullish(value)) {
                return null;
            }
            if (value instanceof Instant instant) {
                if (date) {
                    throw new ServerError(16612, "only one date allowed in an $add expression");
                }
                date = true;
                sum = add(sum, instant.toEpochMilli());
            } else {
                if (!(value instanceof Number number)) {
                    throw new ServerError(
                            16554, "$add only supports numeric or date types, not " + BsonTypes.name(value));
                }
                sum = add(sum, number);
            }
        }
        return date ? Instant.ofEpochMilli(sum.longValue()) : sum;
    }

    private static @Nullable Object subtract(@Nullable Object a, @Nullable Object b) {
        if (Values.nullish(a) || Values.nullish(b)) {
            return null;
        }
        if (a instanceof Instant from) {
            return b instanceof Instant to
                    ? (Object) (from.toEpochMilli() - to.toEpochMilli())
                    : Instant.ofEpochMilli(
                            from.toEpochMilli() - number("$subtract", 16556, b).longValue());
        }
        Number left = number("$subtract", 16556, a);
        Number right = number("$subtract", 16556, b);
        if (left instanceof Decimal128 || right instanceof Decimal128) {
            return finite(left, right)
                    ? decimal(Numbers.exact(left).subtract(Numbers.exact(right), MathContext.DECIMAL128))
                    : viaDouble(left.doubleValue() - right.doubleValue());
        } else if (left instanceof Double || right instanceof Double) {
            return left.doubleValue() - right.doubleValue();
        }
        try {
            return fit(Math.subtractExact(left.longValue(), right.longValue()), left, right);
        } catch (ArithmeticException e) {
            return left.doubleValue() - right.doubleValue();
        }
    }

    /** The sum; int widens to long and long to double when it does not fit. */
    public static Number add(Number a, Number b) {
        if (a instanceof Decimal128 || b instanceof Decimal128) {
            return finite(a, b)
                    ? decimal(Numbers.exact(a).add(Numbers.exact(b), MathContext.DECIMAL128))
                    : viaDouble(toDouble(a) + toDouble(b));
        } else if (a instanceof Double || b instanceof Double) {
            return a.doubleValue() + b.doubleValue();
        }
        try {
            return fit(Math.addExact(a.longValue(), b.longValue()), a, b);
        } catch (ArithmeticException e) {
            return a.doubleValue() + b.doubleValue();
        }
    }

    public static Number multiply(Number a, Number b) {
        if (a instanceof Decimal128 || b instanceof Decimal128) {
            return finite(a, b)
                    ? decimal(Numbers.exact(a).multiply(Numbers.exact(b), MathContext.DECIMAL128))
                    : viaDouble(toDouble(a) * toDouble(b));
        } else if (a instanceof Double || b instanceof Double) {
            return a.doubleValue() * b.doubleValue();
        }
        try {
            return fit(Math.multiplyExact(a.longValue(), b.longValue()), a, b);
        } catch (ArithmeticException e) {
            return a.doubleValue() * b.doubleValue();
        }
    }

    private static Number divide(Number a, Number b) {
        if (Numbers.compare(b, 0) == 0) {
            throw new ServerError(ServerError.BAD_VALUE, "can't $divide by zero");
        }
        if (a instanceof Decimal128 || b instanceof Decimal128) {
            return finite(a, b)
                    ? decimal(Numbers.exact(a).divide(Numbers.exact(b), MathContext.DECIMAL128))
                    : viaDouble(toDouble(a) / toDouble(b));
        }
        return a.doubleValue() / b.doubleValue();
    }

    private static Number remainder(Number a, Number b) {
        if (Numbers.compare(b, 0) == 0) {
            throw new ServerError(16610, "can't $mod by zero");
        }
        if (a instanceof Decimal128 || b instanceof Decimal128) {
            return finite(a, b)
                    ? decimal(Numbers.exact(a).remainder(Numbers.exact(b), MathContext.DECIMAL128))
                    : viaDouble(toDouble(a) % toDouble(b));
        } else if (a instanceof Double || b instanceof Double) {
            return a.doubleValue() % b.doubleValue();
        }
        return fit(a.longValue() % b.longValue(), a, b);
    }

    private static Number fit(long value, Number a, Number b) {
        boolean narrow = a instanceof Integer && b instanceof Integer && value == (int) value;
        if (narrow) {
            return (int) value;
        }
        return value;
    }

    private static boolean finite(Number a, Number b) {
        return !Numbers.isNaN(a) && !Numbers.isNaN(b) && Numbers.infinity(a) == 0 && Numbers.infinity(b) == 0;
    }

    private static double toDouble(Number number) {
        if (Numbers.isNaN(number)) {
            return Double.NaN;
        }
        int infinity = Numbers.infinity(number);
        return infinity != 0
                ? infinity * Double.POSITIVE_INFINITY
                : Numbers.exact(number).doubleValue();
    }

    private static Decimal128 viaDouble(double value) {
        if (Double.isNaN(value)) {
            return Decimal128.NaN;
        }
        return value > 0 ? Decimal128.POSITIVE_INFINITY : Decimal128.NEGATIVE_INFINITY;
    }

    private static Decimal128 decimal(BigDecimal value) {
        return new Decimal128(value);
    }
}
