package io.tandem.embedded.query;

import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.MaxKey;
import de.bwaldvogel.mongo.bson.MinKey;
import io.tandem.embedded.bson.BsonOrder;
import io.tandem.embedded.bson.BsonTypes;
import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.bson.KeyString;
import io.tandem.embedded.bson.Numbers;
import io.tandem.embedded.bson.OpaqueBson;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Values;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** The operators that look at one value at a time. Any thread. */
public final class Operators {
    private Operators() {}

    static ValueTest compile(String name, @Nullable Object operand, Collation collation) {
        return switch (name) {
            case "$eq" -> equality(operand, collation);
            case "$in" -> in(name, operand, collation);
            case "$gt" -> ordered(operand, collation, order -> order > 0);
            case "$gte" -> ordered(operand, collation, order -> order >= 0);
            case "$lt" -> ordered(operand, collation, order -> order < 0);
            case "$lte" -> ordered(operand, collation, order -> order <= 0);
            case "$type" -> type(operand);
            case "$mod" -> modulo(operand);
            case "$bitsAllSet", "$bitsAnySet", "$bitsAllClear", "$bitsAnyClear" -> bits(name, operand);
            default -> throw new ServerError(ServerError.BAD_VALUE, "unknown operator: " + name);
        };
    }

    static ValueTest equality(@Nullable Object operand, Collation collation) {
        if (operand == null) {
            return Values::nullish;
        } else if (operand instanceof BsonRegularExpression regex) {
            ValueTest matches = regex(regex, null);
            return value -> matches.test(value) || BsonOrder.equal(value, operand);
        } else if (operand instanceof String text && collation.isSimple()) {
            return value -> text.equals(value) || (value instanceof OpaqueBson && BsonOrder.equal(value, operand));
        }
        return value -> BsonOrder.equal(value, operand, collation);
    }

    static ValueTest in(String name, @Nullable Object operand, Collation collation) {
        if (!(operand instanceof List<?> list)) {
            throw new ServerError(ServerError.BAD_VALUE, name + " needs an array");
        }
        List<ValueTest> patterns = new ArrayList<>();
        Set<KeyString> keys = new HashSet<>();
        boolean nullToo = false;
        for (Object element : list) {
            if (element instanceof BsonRegularExpression) {
                patterns.add(equality(element, collation));
            } else if (element instanceof Document document && Filters.isOperators(document)) {
                throw new ServerError(ServerError.BAD_VALUE, "cannot nest $ under " + name);
            } else if (element == null) {
                nullToo = true;
            } else {
                keys.add(KeyString.of(element, collation));
            }
        }
        boolean withNull = nullToo;
        return value -> {
            if (Values.nullish(value)) {
                return withNull || (value != Values.MISSING && keys.contains(KeyString.of(value, collation)));
            }
            if (keys.contains(KeyString.of(value, collation))) {
                return true;
            }
            return patterns.stream().anyMatch(pattern -> pattern.test(value));
        };
    }

    private static ValueTest ordered(@Nullable Object operand, Collation collation, IntPredicate test) {
        if (operand == null) {
            return value -> Values.nullish(value) && test.test(0);
        } else if (operand instanceof BsonRegularExpression) {
            throw new ServerError(ServerError.BAD_VALUE, "Can't have RegEx as arg to predicate over field");
        } else if (operand instanceof MinKey || operand instanceof MaxKey) {
            return value -> value != Values.MISSING && test.test(BsonOrder.compare(value, operand));
        }
        int bracket = BsonOrder.canonical(BsonTypes.of(operand));
        boolean nan = operand instanceof Number number && Numbers.isNaN(number);
        return value -> {
            if (value == null || BsonOrder.canonical(BsonTypes.of(value)) != bracket) {
                return false;
            }
            if (bracket == 10 && (nan || Numbers.isNaN((Number) value))) {
                return nan && Numbers.isNaN((Number) value) && test.test(0);
            }
            return test.test(BsonOrder.compare(value, operand, collation));
        };
    }

    static ValueTest regex(@Nullable Object operand, @Nullable Object moreOptions) {
        String source;
        String options = moreOptions == null ? "" : moreOptions.toString();
        if (operand instanceof BsonRegularExpression regex) {
            source = regex.getPattern();
            options = options.isEmpty() && regex.getOptions() != null ? regex.getOptions() : options;
        } else if (operand instanceof String text) {
            source = text;
        } else {
            throw new ServerError(ServerError.BAD_VALUE, "$regex has to be a string");
        }
        Pattern pattern = pattern(source, options);
        return value -> (value instanceof String text && pattern.matcher(text).find())
                || (value instanceof OpaqueBson opaque
                        && opaque.type() == BsonTypes.SYMBOL
                        && pattern.matcher(symbol(opaque)).find());
    }

    private static String symbol(OpaqueBson opaque) {
        return new String(opaque.raw(), 4, opaque.raw().length - 5, StandardCharsets.UTF_8);
    }

    private static Pattern pattern(String source, String options) {
        int flags = 0;
        for (int i = 0; i < options.length(); i++) {
            char option = options.charAt(i);
            flags |= switch (option) {
                case 'i' -> Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
                case 'm' -> Pattern.MULTILINE;
                case 's' -> Pattern.DOTALL;
                case 'x' -> Pattern.COMMENTS;
                case 'u' -> Pattern.UNICODE_CASE;
                default -> throw new ServerError(51108, "invalid flag in regex options: " + option);
            };
        }
        try {
            return Pattern.compile(source, flags);
        } catch (PatternSyntaxException e) {
            throw new ServerError(51091, "Regular expression is invalid: " + e.getDescription());
        }
    }

    static ValueTest type(@Nullable Object operand) {
        Set<Byte> types = new HashSet<>();
        if (operand instanceof List<?> list) {
            list.forEach(each -> addType(types, each));
        } else {
            addType(types, operand);
        }
        return value -> types.contains(BsonTypes.of(value));
    }

    private static void addType(Set<Byte> types, @Nullable Object each) {
        if ("number".equals(each)) {
            types.addAll(Set.of(BsonTypes.INT32, BsonTypes.INT64, BsonTypes.DOUBLE, BsonTypes.DECIMAL128));
            return;
        }
        Byte type = each instanceof String name
                ? BsonTypes.byName(name)
                : each instanceof Number number && BsonTypes.isType(number.longValue())
                        ? Byte.valueOf(number.byteValue())
                        : null;
        if (type == null) {
            throw new ServerError(ServerError.BAD_VALUE, "Unknown type name alias: " + each);
        }
        types.add(type);
    }

    static long wholeNumber(String name, @Nullable Object value) {
        if (value instanceof Number number && Numbers.compare(number, number.longValue()) == 0) {
            return number.longValue();
        }
        throw new ServerError(ServerError.BAD_VALUE, "Failed to parse " + name + ". Expected an integer");
    }

    private static ValueTest modulo(@Nullable Object operand) {
        if (!(operand instanceof List<?> pair)
                || pair.size() != 2
                || !(pair.get(0) instanceof Number divisor)
                || !(pair.get(1) instanceof Number remainder)) {
            throw new ServerError(ServerError.BAD_VALUE, "malformed mod, needs to be an array of two numbers");
        }
        if (divisor.longValue() == 0) {
            throw new ServerError(ServerError.BAD_VALUE, "divisor cannot be 0");
        }
        return value -> value instanceof Number number
                && !Numbers.isNaN(number)
                && Numbers.infinity(number) == 0
                && Numbers.exact(number).longValue() % divisor.longValue() == remainder.longValue();
    }

    private static ValueTest bits(String name, @Nullable Object operand) {
        boolean[] mask = mask(operand);
        boolean wanted = name.endsWith("Set");
        boolean any = name.contains("Any");
        return value -> {
            boolean[] bits = bitsOf(value);
            if (bits == null) {
                return false;
            }
            boolean negative = value instanceof Number number && number.longValue() < 0;
            for (int i = 0; i < mask.length; i++) {
                if (mask[i]) {
                    boolean set = i < bits.length ? bits[i] : negative;
                    if (set == wanted && any) {
                        return true;
                    } else if (set != wanted && !any) {
                        return false;
                    }
                }
            }
            return !any;
        };
    }

    private static boolean[] mask(@Nullable Object operand) {
        if (operand instanceof List<?> positions) {
            int highest = -1;
            for (Object position : positions) {
                highest = Math.max(highest, (int) wholeNumber("bit positions", position));
            }
            boolean[] mask = new boolean[highest + 1];
            for (Object position : positions) {
                mask[(int) wholeNumber("bit positions", position)] = true;
            }
            return mask;
        }
        boolean[] mask = bitsOf(operand);
        if (mask == null) {
            throw new ServerError(
                    ServerError.BAD_VALUE,
                    "takes an Array, a number, or a BinData but received: " + BsonTypes.name(operand));
        }
        return mask;
    }

    private static boolean @Nullable [] bitsOf(@Nullable Object value) {
        if (value instanceof BinData data) {
            boolean[] bits = new boolean[data.getData().length * 8];
            for (int i = 0; i < bits.length; i++) {
                bits[i] = (data.getData()[i / 8] >> (i % 8) & 1) == 1;
            }
            return bits;
        } else if (value instanceof Number number && Numbers.compare(number, number.longValue()) == 0) {
            boolean[] bits = new boolean[64];
            for (int i = 0; i < 64; i++) {
                bits[i] = (number.longValue() >> i & 1) == 1;
            }
            return bits;
        }
        return null;
    }
}
