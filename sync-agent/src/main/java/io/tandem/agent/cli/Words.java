package io.tandem.agent.cli;

import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonString;

/** Small pieces of text that several commands print. Pure. */
final class Words {

    private Words() {}

    /** A state in the colour of its meaning. */
    static String coloured(String state) {
        return switch (state) {
            case "healthy", "ok", "connected" -> "@|green,bold " + state + "|@";
            case "unhealthy", "critical", "disconnected" -> "@|red,bold " + state + "|@";
            case "degraded", "connecting", "reconnecting" -> "@|yellow,bold " + state + "|@";
            default -> state;
        };
    }

    static String listOrNone(List<String> names) {
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    /** A JSON object with one text. */
    static String object(String name, String value) {
        return new BsonDocument(name, new BsonString(value)).toJson();
    }
}
