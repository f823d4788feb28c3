package io.tandem.benchmarks.lab;

import java.nio.file.Path;
import java.util.Optional;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/**
 * What the process that measures is told. Immutable.
 *
 * @param scenario name of the one scenario
 * @param localUri the device's server
 * @param hubUri the hub's server
 * @param data directory with {@code *.json} files of extended JSON, one document per line
 * @param embedded whether both servers are embedded ones, in the process that gave the order
 * @param batchSize keys reconciled together, documents copied together
 * @param scale how much
 */
public record Order(
        String scenario,
        String localUri,
        String hubUri,
        Optional<Path> data,
        boolean embedded,
        int batchSize,
        Scale scale) {

    public String toJson() {
        BsonDocument document = new BsonDocument("scenario", new BsonString(scenario))
                .append("localUri", new BsonString(localUri))
                .append("hubUri", new BsonString(hubUri))
                .append("embedded", BsonBoolean.valueOf(embedded))
                .append("batchSize", new BsonInt32(batchSize))
                .append("scale", scale.toBson());
        data.ifPresent(path -> document.append("data", new BsonString(path.toString())));
        return document.toJson();
    }

    /** Reads back {@link #toJson()}. */
    public static Order fromJson(String json) {
        BsonDocument from = BsonDocument.parse(json);
        return new Order(
                from.getString("scenario").getValue(),
                from.getString("localUri").getValue(),
                from.getString("hubUri").getValue(),
                Optional.ofNullable(from.get("data"))
                        .map(path -> Path.of(path.asString().getValue())),
                from.getBoolean("embedded").getValue(),
                from.getInt32("batchSize").getValue(),
                Scale.fromBson(from.getDocument("scale")));
    }
}
