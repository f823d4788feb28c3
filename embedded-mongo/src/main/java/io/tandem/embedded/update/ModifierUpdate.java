package io.tandem.embedded.update;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonTypes;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Scope;
import io.tandem.embedded.expression.Values;
import io.tandem.embedded.query.Filters;
import io.tandem.embedded.query.MatchDetails;
import io.tandem.embedded.query.Paths;
import io.tandem.embedded.query.ValueTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An update made of operators such as `$set`. Applied in the order of the paths, as the server does. Immutable. */
final class ModifierUpdate implements Update {
    /** One operator on one path. */
    private record Step(
            String operator, String path, @Nullable Object operand, Modifier modifier) {}

    private final List<Step> steps;
    private final Map<String, ValueTest> arrayFilters;

    private ModifierUpdate(List<Step> steps, Map<String, ValueTest> arrayFilters) {
        this.steps = steps;
        this.arrayFilters = arrayFilters;
    }

    static Update compile(
            Document update, @Nullable Object arrayFilters, @Nullable Scope variables, UpdateClock clock) {
        List<Step> steps = new ArrayList<>();
        update.forEach((operator, fields) -> {
            if (!operator.startsWith("$")) {
                throw unknown(operator);
            }
            if (!(fields instanceof Document document)) {
                throw new ServerError(
                        ServerError.FAILED_TO_PARSE,
                        "Modifiers operate on fields but we found type " + BsonTypes.name(fields)
                                + " instead. For example: {$mod: {<field>: ...}} not {" + operator + ": ...}");
            }
            document.forEach((path, operand) -> {
                Modifier modifier = Modifiers.compile(operator, path, operand, variables, clock);
                if (modifier == null) {
                    throw unknown(operator);
                }
                requirePath(path);
                steps.add(new Step(operator, path, operand, modifier));
            });
        });
        steps.sort((a, b) -> comparePaths(a.path, b.path));
        requireNoConflict(steps);
        Map<String, ValueTest> filters = arrayFilters(arrayFilters, variables);
        requireUsed(filters.keySet(), steps);
        return new ModifierUpdate(List.copyOf(steps), filters);
    }

    private static ServerError unknown(String operator) {
        return new ServerError(
                ServerError.FAILED_TO_PARSE,
                "Unknown modifier: " + operator
                        + ". Expected a valid update modifier or pipeline-style update specified as an array");
    }

    private static void requirePath(String path) {
        if (path.isEmpty() || path.startsWith(".") || path.endsWith(".") || path.contains("..")) {
            throw new ServerError(
                    56, "The update path '" + path + "' contains an empty field name, which is not allowed.");
        }
    }

    private static int comparePaths(String a, String b) {
        String[] left = Values.split(a);
        String[] right = Values.split(b);
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            int x = Paths.index(left[i]);
            int y = Paths.index(right[i]);
            int order = x >= 0 && y >= 0 ? Integer.compare(x, y) : left[i].compareTo(right[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.length, right.length);
    }

    private static void requireNoConflict(List<Step> steps) {
        Set<String> paths = new HashSet<>();
        for (Step step : steps) {
            List<String> touched = new ArrayList<>(List.of(step.path));
            if ("$rename".equals(step.operator) && step.operand instanceof String target) {
                touched.add(target);
            }
            for (String path : touched) {
                if (!paths.add(path)) {
                    throw conflict(path, path);
                }
            }
        }
        for (String path : paths) {
            for (int dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
                if (paths.contains(path.substring(0, dot))) {
                    throw conflict(path, path.substring(0, dot));
                }
            }
        }
    }

    private static ServerError conflict(String path, String other) {
        return new ServerError(40, "Updating the path '" + path + "' would create a conflict at '" + other + "'");
    }

    private static Map<String, ValueTest> arrayFilters(@Nullable Object value, @Nullable Scope variables) {
        Map<String, ValueTest> result = new HashMap<>();
        if (value instanceof List<?> list) {
            for (Object each : list) {
                if (!(each instanceof Document filter) || filter.isEmpty()) {
                    throw new ServerError(
                            ServerError.FAILED_TO_PARSE,
                            "Cannot use an expression without a top-level field name in arrayFilters");
                }
                Set<String> names = new HashSet<>();
                collectNames(filter, names);
                if (names.size() != 1) {
                    throw new ServerError(
                            ServerError.FAILED_TO_PARSE,
                            "Error parsing array filter :: caused by :: Expected a single top-level field name");
                }
                String name = names.iterator().next();
                io.tandem.embedded.query.Filter compiled = Filters.compile(filter, variables);
                if (result.put(name, element -> compiled.test(new Document(name, element))) != null) {
                    throw new ServerError(
                            ServerError.FAILED_TO_PARSE,
                            "Found multiple array filters with the same top-level field name " + name);
                }
            }
        }
        return result;
    }

    private static void collectNames(Document filter, Set<String> names) {
        filter.forEach((key, value) -> {
            if (key.startsWith("$") && value instanceof List<?> parts) {
                parts.forEach(part -> collectNames((Document) java.util.Objects.requireNonNull(part), names));
            } else {
                names.add(Values.split(key)[0]);
            }
        });
    }

    private static void requireUsed(Set<String> names, List<Step> steps) {
        for (String name : names) {
            if (steps.stream().noneMatch(step -> step.path.contains("$[" + name + "]"))) {
                throw new ServerError(
                        ServerError.FAILED_TO_PARSE,
                        "The array filter for identifier '" + name + "' was not used in the update");
            }
        }
    }

    @Override
    public boolean isReplacement() {
        return false;
    }

    @Override
    public Outcome apply(Document document, MatchDetails details, boolean insert) {
        Delta delta = new Delta();
        Object id = document.getOrDefault("_id", Values.MISSING);
        for (Step step : steps) {
            for (String path : places(document, step.path, details)) {
                step.modifier.apply(new Change(document, new FieldPath(path), delta, insert));
            }
        }
        Object newId = document.getOrDefault("_id", Values.MISSING);
        if (!insert && !DocumentDiff.same(id, newId)) {
            throw new ServerError(
                    ServerError.IMMUTABLE_FIELD,
                    "Performing an update on the path '_id' would modify the immutable field '_id'");
        }
        return new Outcome(idFirst(document), delta, false);
    }

    private static Document idFirst(Document document) {
        if (!document.containsKey("_id") || document.keySet().iterator().next().equals("_id")) {
            return document;
        }
        Document result = new Document("_id", document.get("_id"));
        result.putAll(document);
        return result;
    }

    /** The concrete paths that a path with positional parts stands for in this document. */
    private List<String> places(Document document, String path, MatchDetails details) {
        if (path.indexOf('$') < 0) {
            return List.of(path);
        }
        List<String> result = new ArrayList<>();
        expand(document, Values.split(path), 0, "", details, result);
        return result;
    }

    private void expand(
            @Nullable Object value,
            String[] parts,
            int from,
            String prefix,
            MatchDetails details,
            List<String> result) {
        if (from == parts.length) {
            result.add(prefix);
            return;
        }
        String part = parts[from];
        String separator = prefix.isEmpty() ? "" : ".";
        if (part.equals("$")) {
            if (details.position() == MatchDetails.NONE) {
                throw new ServerError(
                        ServerError.BAD_VALUE, "The positional operator did not find the match needed from the query.");
            }
            String index = Integer.toString(details.position());
            expand(
                    new FieldPath(index).get(asDocument(value)),
                    parts,
                    from + 1,
                    prefix + separator + index,
                    details,
                    result);
        } else if (part.startsWith("$[") && part.endsWith("]")) {
            String name = part.substring(2, part.length() - 1);
            ValueTest test = name.isEmpty() ? element -> true : arrayFilters.get(name);
            if (test == null) {
                throw new ServerError(
                        ServerError.BAD_VALUE, "No array filter found for identifier '" + name + "' in path");
            }
            if (!(value instanceof List<?> list)) {
                throw new ServerError(
                        ServerError.BAD_VALUE,
                        value == Values.MISSING
                                ? "The path '" + prefix
                                        + "' must exist in the document in order to apply array updates."
                                : "Cannot apply array updates to non-array element " + prefix);
            }
            for (int i = 0; i < list.size(); i++) {
                if (test.test(list.get(i))) {
                    expand(list.get(i), parts, from + 1, prefix + separator + i, details, result);
                }
            }
        } else {
            Object next = value instanceof Document || value instanceof List
                    ? new FieldPath(part).get(asDocument(value))
                    : Values.MISSING;
            expand(next, parts, from + 1, prefix + separator + part, details, result);
        }
    }

    private static Document asDocument(@Nullable Object value) {
        if (value instanceof Document document) {
            return document;
        }
        Document byIndex = new Document();
        if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                byIndex.put(Integer.toString(i), list.get(i));
            }
        }
        return byIndex;
    }
}
