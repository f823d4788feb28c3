package io.tandem.embedded.stream;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.HexText;
import io.tandem.embedded.bson.KeyString;
import io.tandem.embedded.bson.RawBson;
import io.tandem.embedded.bson.ShellText;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.log.LogEntry;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A place in the log, as clients keep it. Immutable. The text has the form of a real server's: hex whose order is the order of events,
 * beginning with 82 and the eight-byte cluster time.
 *
 * @param time the cluster time
 * @param event whether it names an event, rather than the time before all events of that cluster time
 * @param index place within a transaction
 * @param invalidate whether it is the token of an invalidation
 */
record ResumeToken(long time, boolean event, int index, boolean invalidate) {
    private static final String HIGH_WATER_TAIL = "2B0229296E04";
    private static final byte[] EVENT = {0x2b, 0x02, 0x2c, 0x01, 0x00};
    private static final byte[] UUID_FIELD = {0x5a, 0x10, 0x04};
    private static final byte[] KEY_FIELD = {0x46, 0x64, 0x5f, 0x69, 0x64, 0x00};

    /** The token of a time without an event. */
    static Document highWater(long time) {
        return new Document("_data", "82" + hex(time) + HIGH_WATER_TAIL);
    }

    /** The token of an event. */
    static Document of(LogEntry entry, boolean invalidate) {
        byte[] key = entry.documentKey();
        KeyString id = key == null ? null : KeyString.of(RawBson.field(key, "_id"));
        HexText text = new HexText(64 + (id == null ? 0 : 8 + id.length()));
        text.int8(0x82).int64(entry.time()).literal(EVENT);
        index(text, entry.index());
        text.int8(invalidate ? 0x6f : 0x6e).literal(UUID_FIELD);
        text.int64(entry.collection().getMostSignificantBits());
        text.int64(entry.collection().getLeastSignificantBits());
        if (id != null) {
            id.appendTo(text.literal(KEY_FIELD));
            text.int8(0);
        }
        return new Document("_data", text.int8(0x04).toString());
    }

    private static void index(HexText text, int index) {
        if (index == 0) {
            text.int8(0x29);
        } else if (index < 128) {
            text.int8(0x2b).int8(index << 1);
        } else if (index < 32768) {
            text.int8(0x2c).int8(index >> 7).int8(index << 1);
        } else {
            text.int8(0x2d).int8(index >> 15).int8(index >> 7).int8(index << 1);
        }
    }

    private static String hex(long value) {
        return HexFormat.of().withUpperCase().toHexDigits(value);
    }

    static ResumeToken parse(Document token) {
        if (!(token.get("_data") instanceof String text)) {
            throw new ServerError(
                    40647,
                    "Bad resume token: _data of missing or of wrong type. Expected string, got "
                            + ShellText.of(token).replace("{ ", "{").replace(" }", "}"));
        }
        if (text.isEmpty() || text.length() % 2 != 0 || !text.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
            throw new ServerError(ServerError.FAILED_TO_PARSE, "resume token string was not a valid hex string");
        }
        try {
            return parse(text.toUpperCase(Locale.ROOT));
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new ServerError(
                    ServerError.INVALID_RESUME_TOKEN, "Bad resume token: its content was not made by this server");
        }
    }

    private static ResumeToken parse(String text) {
        if (!text.startsWith("82")) {
            throw new IllegalArgumentException("no timestamp");
        }
        long time = HexFormat.fromHexDigitsToLong(text, 2, 18);
        int at = 22;
        boolean event = text.startsWith("2C0100", at);
        at += event ? 6 : 2;
        int index = 0;
        switch (text.substring(at, at + 2)) {
            case "29" -> at += 2;
            case "2B" -> {
                index = HexFormat.fromHexDigits(text, at + 2, at + 4) >> 1;
                at += 4;
            }
            case "2C" -> {
                index = HexFormat.fromHexDigits(text, at + 2, at + 6) >> 1;
                at += 6;
            }
            case "2D" -> {
                index = HexFormat.fromHexDigits(text, at + 2, at + 8) >> 1;
                at += 8;
            }
            default -> throw new IllegalArgumentException("no transaction index");
        }
        String invalidate = text.substring(at, at + 2);
        if (!invalidate.equals("6E") && !invalidate.equals("6F")) {
            throw new IllegalArgumentException("no invalidate flag");
        }
        return new ResumeToken(time, event, index, invalidate.equals("6F"));
    }
}
