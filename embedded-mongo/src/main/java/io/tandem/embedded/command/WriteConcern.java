package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Values;

/** Waits for what a write concern asks for. */
final class WriteConcern {
    private WriteConcern() {}

    /** Waits for the journal if that is wanted, and says in the reply what one member cannot do. */
    static void await(Context context, Document reply) {
        Document concern = context.document("writeConcern");
        if (Values.truthy(concern.get("j"))) {
            context.server().storage().journal().sync();
        }
        Object w = concern.get("w");
        if (w instanceof Number number && number.longValue() > 1) {
            reply.put(
                    "writeConcernError",
                    new Document("code", 100)
                            .append("codeName", ServerError.nameOf(100))
                            .append("errmsg", "Not enough data-bearing nodes"));
        } else if (w instanceof String mode && !mode.equals("majority")) {
            reply.put(
                    "writeConcernError",
                    new Document("code", 79)
                            .append("codeName", ServerError.nameOf(79))
                            .append(
                                    "errmsg",
                                    "No write concern mode named '" + mode + "' found in replica set configuration"));
        }
    }
}
