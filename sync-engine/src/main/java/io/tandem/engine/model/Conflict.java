package io.tandem.engine.model;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A conflict and how it was resolved, with the content of both sides.
 *
 * @param key which document
 * @param local the device's document, or empty for a delete
 * @param localVersion its version; {@link Version#NONE} when not known
 * @param hub the hub's document, or empty for a delete
 * @param hubVersion its version; {@link Version#NONE} when not known
 * @param strategy the rule that decided
 * @param winner who won
 */
public record Conflict(
        DocKey key,
        Optional<Doc> local,
        Version localVersion,
        Optional<Doc> hub,
        Version hubVersion,
        String strategy,
        Winner winner) {

    /** Whose content lives on. */
    public enum Winner {
        LOCAL,
        ATLAS,
        MERGED
    }

    /** The same for the same conflict, however often it is logged. */
    public String id() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(key.collection().getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(key.canonicalId());
        bytes.writeBytes(local.map(Doc::hash).orElse(ContentHash.DELETED).toBytes());
        bytes.writeBytes(hub.map(Doc::hash).orElse(ContentHash.DELETED).toBytes());
        String versions = hubVersion.time()
                + hubVersion.origin()
                + winner
                + (local.isEmpty() ? localVersion.time() + localVersion.origin() : "");
        bytes.writeBytes(versions.getBytes(StandardCharsets.UTF_8));
        return ContentHash.of(bytes.toByteArray()).toString();
    }
}
