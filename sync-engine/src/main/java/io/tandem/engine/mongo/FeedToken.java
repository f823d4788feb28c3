package io.tandem.engine.mongo;

import io.tandem.engine.model.BsonBytes;
import io.tandem.engine.watch.Position;
import java.util.HexFormat;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;

/**
 * What a position holds: {@code {data: <the server's whole resume token>, pipeline: <fingerprint of the pipeline that it was
 * made under>, at: <its cluster time>}}. Immutable.
 *
 * <p>A token is only good for the pipeline that it was made under. Under another one, or when the server no longer accepts it,
 * the feed goes on from the time, which repeats events of that moment and loses none.
 *
 * @param data detached from the event's buffer
 */
record FeedToken(BsonDocument data, String pipeline, BsonTimestamp at) {

    /** A token of the server; its time is in its first bytes, see semantics of resume tokens, else {@code known} is taken. */
    static FeedToken of(BsonDocument data, String pipeline, BsonTimestamp known) {
        return new FeedToken(own(data), pipeline, timeOf(data).orElse(known));
    }

    /** What is decoded holds on to no buffer. */
    private static BsonDocument own(BsonDocument data) {
        return data instanceof RawBsonDocument raw ? BsonBytes.raw(raw) : data;
    }

    Position position() {
        return new Position(new BsonDocument("data", data)
                .append("pipeline", new BsonString(pipeline))
                .append("at", at));
    }

    /** Reads a position back; empty when it is not of this form. */
    static Optional<FeedToken> parse(Position position) {
        BsonDocument token = position.token();
        if (token.get("data") instanceof BsonDocument data
                && token.get("pipeline") instanceof BsonString pipeline
                && token.get("at") instanceof BsonTimestamp at) {
            return Optional.of(new FeedToken(BsonBytes.raw(data), pipeline.getValue(), at));
        }
        return Optional.empty();
    }

    /** {@code _data} starts with 82, then seconds and increment in hexadecimal, since 4.2. */
    private static Optional<BsonTimestamp> timeOf(BsonDocument data) {
        String hex = Values.text(data, "_data").orElse("");
        if (!hex.startsWith("82") || hex.length() < 18) {
            return Optional.empty();
        }
        for (int i = 2; i < 18; i++) {
            if (!HexFormat.isHexDigit(hex.charAt(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(new BsonTimestamp(
                (int) HexFormat.fromHexDigitsToLong(hex, 2, 10), (int) HexFormat.fromHexDigitsToLong(hex, 10, 18)));
    }
}
