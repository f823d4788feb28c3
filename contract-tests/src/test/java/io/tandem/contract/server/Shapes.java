package io.tandem.contract.server;

import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/** The shape of a reply without its values, in the words of the recording, which a Python client wrote. Pure. */
final class Shapes {

    private Shapes() {}

    /** Each field with its type; for a document, the sorted names of its fields. */
    static BsonDocument ofReply(BsonDocument reply) {
        BsonDocument shape = new BsonDocument();
        reply.forEach((field, value) ->
                shape.append(field, value.isDocument() ? sortedNames(value.asDocument()) : type(value)));
        return shape;
    }

    /** Each field with its type, documents too. */
    static BsonDocument types(BsonDocument reply) {
        BsonDocument types = new BsonDocument();
        reply.forEach((field, value) -> types.append(field, type(value)));
        return types;
    }

    static BsonArray sortedNames(BsonDocument document) {
        List<BsonString> names =
                document.keySet().stream().sorted().map(BsonString::new).toList();
        return new BsonArray(names);
    }

    private static BsonString type(BsonValue value) {
        return new BsonString(
                switch (value.getBsonType()) {
                    case DOCUMENT -> "dict";
                    case ARRAY -> "list";
                    case STRING -> "str";
                    case INT32 -> "int";
                    case INT64 -> "Int64";
                    case BOOLEAN -> "bool";
                    case OBJECT_ID -> "ObjectId";
                    case DATE_TIME -> "datetime";
                    case DOUBLE -> "float";
                    case TIMESTAMP -> "Timestamp";
                    default -> value.getBsonType().name();
                });
    }
}
