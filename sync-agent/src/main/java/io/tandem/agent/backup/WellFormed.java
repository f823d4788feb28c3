package io.tandem.agent.backup;

import java.io.IOException;
import org.bson.BsonInvalidOperationException;
import org.bson.BsonReader;
import org.bson.BsonSerializationException;
import org.bson.BsonType;
import org.bson.RawBsonDocument;

/** Looks whether a document's bytes are BSON all the way down, before a server is asked to store it. Any thread. */
final class WellFormed {

    private WellFormed() {}

    /** @throws IOException when they are not */
    static void require(RawBsonDocument document, String collection) throws IOException {
        try (BsonReader reader = document.asBsonReader()) {
            reader.readStartDocument();
            walk(reader);
            reader.readEndDocument();
        } catch (BsonSerializationException | BsonInvalidOperationException | IllegalArgumentException broken) {
            throw new IOException(
                    "a document of collection " + collection + " is damaged inside: " + broken.getMessage(), broken);
        }
    }

    private static void walk(BsonReader reader) {
        for (BsonType type = reader.readBsonType(); type != BsonType.END_OF_DOCUMENT; type = reader.readBsonType()) {
            reader.skipName();
            if (type == BsonType.DOCUMENT) {
                reader.readStartDocument();
                walk(reader);
                reader.readEndDocument();
            } else if (type == BsonType.ARRAY) {
                reader.readStartArray();
                walk(reader);
                reader.readEndArray();
            } else {
                reader.skipValue();
            }
        }
    }
}
