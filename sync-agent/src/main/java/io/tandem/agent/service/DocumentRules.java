package io.tandem.agent.service;

import io.tandem.agent.service.ServiceException.Kind;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** What a document from outside may look like. Pure. */
final class DocumentRules {
    private static final int FIELDS_MAX = 20_000;

    private DocumentRules() {}

    /** @throws ServiceException {@link Kind#INVALID} naming the field */
    static void checkFields(BsonDocument document) {
        if (document.containsKey("_sync")) {
            throw invalid("The field _sync is Tandem's own and cannot be written.");
        }
        check(document, "", new int[] {0});
    }

    static void checkId(BsonValue id) {
        if (id.isArray() || id.isRegularExpression() || id.isNull()) {
            throw invalid("An _id cannot be null, an array or a regular expression.");
        }
    }

    private static void check(BsonValue value, String path, int[] fields) {
        if (value instanceof BsonDocument document) {
            for (Map.Entry<String, BsonValue> field : document.entrySet()) {
                checkName(field.getKey(), path);
                count(fields);
                check(field.getValue(), path + field.getKey() + ".", fields);
            }
        } else if (value instanceof BsonArray array) {
            for (BsonValue item : array) {
                count(fields);
                check(item, path, fields);
            }
        }
    }

    private static void count(int[] fields) {
        if (++fields[0] > FIELDS_MAX) {
            throw invalid("The document has more than " + FIELDS_MAX + " fields and array elements.");
        }
    }

    private static void checkName(String name, String path) {
        if (name.isEmpty() || name.startsWith("$") || name.contains(".") || name.indexOf('\0') >= 0) {
            String shown = name.length() > 40 ? name.substring(0, 40) + "..." : name;
            throw invalid("The field name '" + path + shown.replace('\0', '?')
                    + "' is not allowed: a name is not empty, does not begin with $ and has no dot.");
        }
    }

    private static ServiceException invalid(String message) {
        return new ServiceException(Kind.INVALID, message);
    }
}
