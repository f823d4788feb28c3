package io.tandem.agent.service;

import io.tandem.agent.service.ServiceException.Kind;
import java.util.Map;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** The filters that callers may use: comparisons and their combinations, nothing that runs code or takes unbounded time. Pure. */
final class DocumentFilter {
    private static final Set<String> COMBINE = Set.of("$and", "$or", "$nor");
    private static final Set<String> COMPARE = Set.of(
            "$eq",
            "$ne",
            "$gt",
            "$gte",
            "$lt",
            "$lte",
            "$in",
            "$nin",
            "$not",
            "$exists",
            "$type",
            "$size",
            "$all",
            "$elemMatch",
            "$mod");
    private static final int CLAUSES_MAX = 200;

    private int clauses;

    private DocumentFilter() {}

    /** @throws ServiceException {@link Kind#INVALID} naming what is not allowed */
    static void check(BsonDocument filter) {
        new DocumentFilter().fields(filter);
    }

    private void fields(BsonDocument filter) {
        for (Map.Entry<String, BsonValue> entry : filter.entrySet()) {
            count();
            if (COMBINE.contains(entry.getKey())) {
                combined(entry.getKey(), entry.getValue());
            } else if (entry.getKey().startsWith("$")) {
                throw unknown(entry.getKey());
            } else {
                field(entry.getValue());
            }
        }
    }

    private void combined(String operator, BsonValue value) {
        if (!(value instanceof BsonArray filters) || filters.isEmpty()) {
            throw invalid(operator + " takes an array of filters that is not empty.");
        }
        for (BsonValue filter : filters) {
            if (!(filter instanceof BsonDocument document)) {
                throw invalid(operator + " takes an array of filters, each a JSON object.");
            }
            fields(document);
        }
    }

    private void field(BsonValue condition) {
        if (condition.isRegularExpression()) {
            throw invalid("Regular expressions are not allowed in a filter.");
        }
        if (condition instanceof BsonDocument document && usesOperators(document)) {
            operators(document);
        }
    }

    private static boolean usesOperators(BsonDocument document) {
        return document.keySet().stream().anyMatch(name -> name.startsWith("$"));
    }

    private void operators(BsonDocument condition) {
        for (Map.Entry<String, BsonValue> entry : condition.entrySet()) {
            count();
            if (!COMPARE.contains(entry.getKey())) {
                throw unknown(entry.getKey());
            }
            operand(entry.getKey(), entry.getValue());
        }
    }

    private void operand(String operator, BsonValue value) {
        switch (operator) {
            case "$in", "$nin", "$all" -> {
                if (!(value instanceof BsonArray items)) {
                    throw invalid(operator + " takes an array.");
                }
                items.forEach(this::item);
            }
            case "$not" -> {
                if (!(value instanceof BsonDocument document) || !usesOperators(document)) {
                    throw invalid("$not takes an object with operators.");
                }
                operators(document);
            }
            case "$elemMatch" -> {
                if (!(value instanceof BsonDocument document)) {
                    throw invalid("$elemMatch takes a filter.");
                }
                if (usesOperators(document) && !document.keySet().stream().allMatch(COMBINE::contains)) {
                    operators(document);
                } else {
                    fields(document);
                }
            }
            default -> {
                if (value.isRegularExpression()) {
                    throw invalid("Regular expressions are not allowed in a filter.");
                }
            }
        }
    }

    private void item(BsonValue item) {
        count();
        if (item.isRegularExpression()) {
            throw invalid("Regular expressions are not allowed in a filter.");
        }
        if (item instanceof BsonDocument document && usesOperators(document)) {
            throw invalid("Operators are not allowed inside $in, $nin and $all.");
        }
    }

    private void count() {
        if (++clauses > CLAUSES_MAX) {
            throw invalid("The filter has more than " + CLAUSES_MAX + " conditions.");
        }
    }

    private static ServiceException unknown(String operator) {
        String shown = operator.length() > 40 ? operator.substring(0, 40) + "..." : operator;
        return invalid("The operator " + shown
                + " is not allowed in a filter. Allowed: $and $or $nor, and on fields $eq $ne $gt"
                + " $gte $lt $lte $in $nin $not $exists $type $size $all $elemMatch $mod.");
    }

    private static ServiceException invalid(String message) {
        return new ServiceException(Kind.INVALID, message);
    }
}
