package io.tandem.embedded.wire;

import de.bwaldvogel.mongo.bson.Document;

/**
 * One command as it arrived.
 *
 * @param command the command document; document sequences are fields of it
 * @param legacy whether it came as an OP_QUERY and wants an OP_REPLY
 * @param wantsReply whether the client waits for an answer
 */
public record Request(int id, Document command, boolean legacy, boolean wantsReply) {
    /** The name of the command. */
    public String name() {
        return command.isEmpty() ? "" : command.keySet().iterator().next();
    }
}
