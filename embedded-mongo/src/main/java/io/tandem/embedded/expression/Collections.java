package io.tandem.embedded.expression;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonOrder;
import io.tandem.embedded.bson.BsonTypes;
import io.tandem.embedded.error.ServerError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators over arrays, with the server's comparison inside. */
final class Collections {
    private Collections() {}

    static void register(Map<String, Expressions.Compiler> operators) {
        operators.put("$in", argument -> {
            List<Expression> pair = Expressions.exactly("$in", argument, 2);
            return scope -> {
                Object list = pair.get(1).evaluate(scope);
                if (!(list instanceof List<?> values)) {
                    throw new ServerError(
                            40081, "$in requires an array as a second argument, found: " + BsonTypes.name(list));
                }
                Object wanted = pair.get(0).evaluate(scope);
                return values.stream().anyMatch(value -> BsonOrder.equal(wanted, value, scope.collation()));
            };
        });
        operators.put("$max", argument -> extreme(argument, 1));
        operators.put("$min", argument -> extreme(argument, -1));
        operators.put("$sum", argument -> {
            List<Expression> all = Expressions.arguments(argument);
            return scope -> {
                Number sum = 0;
                for (Object value : spread(all, scope)) {
                    if (value instanceof Number number) {
                        sum = Arithmetic.add(sum, number);
                    }
                }
                return sum;
            };
        });
        operators.put("$size", argument -> {
            Expression only = Expressions.exactly("$size", argument, 1).get(0);
            return scope -> {
                Object value = only.evaluate(scope);
                if (value instanceof List<?> list) {
                    return list.size();
                }
                throw new ServerError(
                        17124, "The argument to $size must be an array, but was of type: " + BsonTypes.name(value));
            };
        });
        operators.put("$isArray", argument -> {
            Expression only = Expressions.exactly("$isArray", argument, 1).get(0);
            return scope -> only.evaluate(scope) instanceof List;
        });
        operators.put("$arrayElemAt", argument -> {
            List<Expression> pair = Expressions.exactly("$arrayElemAt", argument, 2);
            return scope -> element(
                    "$arrayElemAt", pair.get(0).evaluate(scope), pair.get(1).evaluate(scope));
        });
        operators.put("$first", argument -> end("$first", argument, 0));
        operators.put("$last", argument -> end("$last", argument, -1));
        operators.put("$map", argument -> map(Expressions.object("$map", argument)));
        operators.put("$filter", argument -> filter(Expressions.object("$filter", argument)));
        operators.put("$reduce", argument -> reduce(Expressions.object("$reduce", argument)));
    }

    private static Expression extreme(@Nullable Object argument, int sign) {
        List<Expression> all = Expressions.arguments(argument);
        return scope -> {
            Object best = Values.MISSING;
            for (Object value : spread(all, scope)) {
                if (!Values.nullish(value)
                        && (best == Values.MISSING || BsonOrder.compare(value, best, scope.collation()) * sign > 0)) {
                    best = value;
                }
            }
            return best == Values.MISSING ? null : best;
        };
    }

    /** The values to accumulate: a single argument that is an array stands for its elements. */
    private static List<?> spread(List<Expression> all, Scope scope) {
        if (all.size() == 1) {
            Object value = all.get(0).evaluate(scope);
            if (value instanceof List<?> list) {
                return list;
            }
            List<@Nullable Object> single = new ArrayList<>();
            single.add(value);
            return single;
        }
        List<@Nullable Object> values = new ArrayList<>();
        for (Expression each : all) {
            values.add(each.evaluate(scope));
        }
        return values;
    }

    private static Expression end(String name, @Nullable Object argument, int index) {
        Expression only = Expressions.exactly(name, argument, 1).get(0);
        return scope -> element(name, only.evaluate(scope), index);
    }

    private static @Nullable Object element(String name, @Nullable Object list, @Nullable Object index) {
        if (Values.nullish(list) || Values.nullish(index)) {
            return null;
        }
        if (!(list instanceof List<?> values)) {
            throw new ServerError(28689, name + "'s first argument must be an array, but is " + BsonTypes.name(list));
        }
        if (!(index instanceof Number number)) {
            throw new ServerError(
                    28690, name + "'s second argument must be a numeric value, but is " + BsonTypes.name(index));
        }
        int at = number.intValue() < 0 ? values.size() + number.intValue() : number.intValue();
        return at < 0 || at >= values.size() ? Values.MISSING : values.get(at);
    }

    private static @Nullable List<?> input(String name, int code, @Nullable Object value) {
        if (Values.nullish(value)) {
            return null;
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw new ServerError(code, "input to " + name + " must be an array not " + BsonTypes.name(value));
    }

    private static Expression map(Document document) {
        Expression input = Expressions.required("$map", document, "input");
        Expression in = Expressions.required("$map", document, "in");
        String as = document.getOrDefault("as", "this").toString();
        return scope -> {
            List<?> list = input("$map", 16883, input.evaluate(scope));
            if (list == null) {
                return null;
            }
            List<@Nullable Object> result = new ArrayList<>();
            for (Object element : list) {
                Object value = in.evaluate(scope.with(as, element));
                result.add(value == Values.MISSING ? null : value);
            }
            return result;
        };
    }

    private static Expression filter(Document document) {
        Expression input = Expressions.required("$filter", document, "input");
        Expression cond = Expressions.required("$filter", document, "cond");
        String as = document.getOrDefault("as", "this").toString();
        return scope -> {
            List<?> list = input("$filter", 28651, input.evaluate(scope));
            return list == null
                    ? null
                    : new ArrayList<>(list.stream()
                            .filter(element -> Values.truthy(cond.evaluate(scope.with(as, element))))
                            .toList());
        };
    }

    private static Expression reduce(Document document) {
        Expression input = Expressions.required("$reduce", document, "input");
        Expression initial = Expressions.required("$reduce", document, "initialValue");
        Expression in = Expressions.required("$reduce", document, "in");
        return scope -> {
            List<?> list = input("$reduce", 40080, input.evaluate(scope));
            if (list == null) {
                return null;
            }
            Object value = initial.evaluate(scope);
            for (Object element : list) {
                value = in.evaluate(scope.with("this", element).with("value", value));
            }
            return value;
        };
    }
}
