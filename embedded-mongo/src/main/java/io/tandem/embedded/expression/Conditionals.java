package io.tandem.embedded.expression;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.error.ServerError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Boolean operators, branches and `$let`: what must not evaluate all its arguments. */
final class Conditionals {
    private Conditionals() {}

    static void register(Map<String, Expressions.Compiler> operators) {
        operators.put("$and", argument -> {
            List<Expression> all = Expressions.arguments(argument);
            return scope -> {
                for (Expression each : all) {
                    if (!Values.truthy(each.evaluate(scope))) {
                        return false;
                    }
                }
                return true;
            };
        });
        operators.put("$or", argument -> {
            List<Expression> all = Expressions.arguments(argument);
            return scope -> {
                for (Expression each : all) {
                    if (Values.truthy(each.evaluate(scope))) {
                        return true;
                    }
                }
                return false;
            };
        });
        operators.put("$not", argument -> {
            Expression only = Expressions.exactly("$not", argument, 1).get(0);
            return scope -> !Values.truthy(only.evaluate(scope));
        });
        operators.put("$cond", argument -> {
            if (argument instanceof Document document) {
                return cond(
                        Expressions.required("$cond", document, "if"),
                        Expressions.required("$cond", document, "then"),
                        Expressions.required("$cond", document, "else"));
            }
            List<Expression> three = Expressions.exactly("$cond", argument, 3);
            return cond(three.get(0), three.get(1), three.get(2));
        });
        operators.put("$ifNull", argument -> {
            List<Expression> all = Expressions.arguments(argument);
            if (all.size() < 2) {
                throw new ServerError(1257300, "$ifNull needs at least two arguments, had: " + all.size());
            }
            return scope -> {
                Object value = Values.MISSING;
                for (Expression each : all) {
                    value = each.evaluate(scope);
                    if (!Values.nullish(value)) {
                        return value;
                    }
                }
                return value;
            };
        });
        operators.put("$switch", argument -> choice(Expressions.object("$switch", argument)));
        operators.put("$let", argument -> let(Expressions.object("$let", argument)));
    }

    private static Expression cond(Expression test, Expression then, Expression otherwise) {
        return scope -> Values.truthy(test.evaluate(scope)) ? then.evaluate(scope) : otherwise.evaluate(scope);
    }

    private static Expression choice(Document document) {
        if (!(document.get("branches") instanceof List<?> branches)) {
            throw new ServerError(40061, "$switch expected an array for 'branches'");
        }
        List<Expression> cases = new ArrayList<>();
        List<Expression> thens = new ArrayList<>();
        for (Object branch : branches) {
            Document each = Expressions.object("$switch", branch);
            cases.add(Expressions.required("$switch", each, "case"));
            thens.add(Expressions.required("$switch", each, "then"));
        }
        Expression otherwise = document.containsKey("default")
                ? Expressions.compile(document.get("default"))
                : scope -> {
                    throw new ServerError(
                            40066,
                            "$switch could not find a matching branch for an input, and no default was specified.");
                };
        return scope -> {
            for (int i = 0; i < cases.size(); i++) {
                if (Values.truthy(cases.get(i).evaluate(scope))) {
                    return thens.get(i).evaluate(scope);
                }
            }
            return otherwise.evaluate(scope);
        };
    }

    private static Expression let(Document document) {
        Map<String, Expression> variables = new LinkedHashMap<>();
        Expressions.object("$let", document.get("vars"))
                .forEach((name, value) -> variables.put(name, Expressions.compile(value)));
        Expression in = Expressions.required("$let", document, "in");
        return scope -> {
            Scope inner = scope;
            for (Map.Entry<String, Expression> variable : variables.entrySet()) {
                inner = inner.with(variable.getKey(), variable.getValue().evaluate(scope));
            }
            return in.evaluate(inner);
        };
    }
}
