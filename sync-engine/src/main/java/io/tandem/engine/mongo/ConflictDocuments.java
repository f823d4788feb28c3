package io.tandem.engine.mongo;

import io.tandem.engine.model.BsonBytes;
import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.Version;
import io.tandem.engine.status.ConflictEntry;
import io.tandem.engine.status.ConflictEntry.VersionView;
import io.tandem.engine.status.ConflictEntry.Winner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bson.BsonBinary;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * How entries of the conflict log are stored. Stateless.
 *
 * <p>An entry is {@code {_id: <Conflict.id()>, collection, documentId, at: <date, hub's clock>, device, strategy,
 * winner: "local"|"atlas"|"merged", local: {doc?, v, o}, hub: {doc?, v, o}, restoredAt?: <date>}}, where {@code v} and
 * {@code o} are a version and {@code doc} a document's content without sync metadata. A document that the entry cannot hold,
 * because it is too large, nested too deeply or named in a way that servers refuse, is cut into
 * {@code {_id: "<entry>#local#<n>" or "<entry>#hub#<n>", of: <entry>, n: <n>, bytes: <binary>}}, and the entry has
 * {@code chunks: <how many>} in the place of {@code doc}.
 */
final class ConflictDocuments {
    /** Contents up to this size, both together, go into the entry. */
    static final int INLINE_BYTES = 12 * 1024 * 1024;
    /** Size of a piece. */
    static final int CHUNK_BYTES = 8 * 1024 * 1024;

    private ConflictDocuments() {}

    /** Whether both contents fit into the entry. */
    static boolean fits(Conflict conflict) {
        return size(conflict.local()) + (long) size(conflict.hub()) <= INLINE_BYTES;
    }

    private static int size(Optional<Doc> doc) {
        return doc.map(Doc::size).orElse(0);
    }

    /** The entry; with the contents or with the number of their pieces. */
    static BsonDocument entry(Conflict conflict, String device, long atMillis, boolean inline) {
        return new BsonDocument("_id", new BsonString(conflict.id()))
                .append("collection", new BsonString(conflict.key().collection()))
                .append("documentId", conflict.key().id())
                .append("at", new BsonDateTime(atMillis))
                .append("device", new BsonString(device))
                .append("strategy", new BsonString(conflict.strategy()))
                .append("winner", new BsonString(conflict.winner().name().toLowerCase(Locale.ROOT)))
                .append("local", side(conflict.local(), conflict.localVersion(), inline))
                .append("hub", side(conflict.hub(), conflict.hubVersion(), inline));
    }

    private static BsonDocument side(Optional<Doc> doc, Version version, boolean inline) {
        BsonDocument side = new BsonDocument();
        doc.ifPresent(present -> {
            if (inline) {
                side.append("doc", present.content());
            } else {
                side.append(
                        "chunks",
                        new BsonInt32(pieces(BsonBytes.of(present.content())).size()));
            }
        });
        return side.append("v", Values.number(version.time())).append("o", new BsonString(version.origin()));
    }

    /** The pieces of both contents. */
    static List<BsonDocument> chunks(Conflict conflict) {
        List<BsonDocument> chunks = new ArrayList<>();
        conflict.local().ifPresent(doc -> addChunks(conflict.id(), "local", doc, chunks));
        conflict.hub().ifPresent(doc -> addChunks(conflict.id(), "hub", doc, chunks));
        return chunks;
    }

    private static void addChunks(String entry, String side, Doc doc, List<BsonDocument> chunks) {
        List<byte[]> pieces = pieces(BsonBytes.of(doc.content()));
        for (int n = 0; n < pieces.size(); n++) {
            chunks.add(new BsonDocument("_id", new BsonString(chunkId(entry, side, n)))
                    .append("of", new BsonString(entry))
                    .append("n", new BsonInt32(n))
                    .append("bytes", new BsonBinary(pieces.get(n))));
        }
    }

    static String chunkId(String entry, String side, int n) {
        return entry + "#" + side + "#" + n;
    }

    private static List<byte[]> pieces(byte[] bytes) {
        List<byte[]> pieces = new ArrayList<>();
        for (int from = 0; from < bytes.length; from += CHUNK_BYTES) {
            pieces.add(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + CHUNK_BYTES)));
        }
        return pieces;
    }

    /** Reads an entry back. */
    static ConflictEntry read(BsonDocument stored, Optional<RawBsonDocument> local, Optional<RawBsonDocument> hub) {
        BsonValue documentId = stored.get("documentId");
        return new ConflictEntry(
                stored.getString("_id").getValue(),
                Values.text(stored, "collection").orElse(""),
                documentId == null ? BsonNull.VALUE : Values.own(documentId),
                Instant.ofEpochMilli(Values.date(stored, "at").orElse(0L)),
                Values.text(stored, "device").orElse(""),
                Values.text(stored, "strategy").orElse(""),
                Winner.valueOf(Values.text(stored, "winner").orElse("merged").toUpperCase(Locale.ROOT)),
                local.map(BsonDocument.class::cast),
                version(stored, "local"),
                hub.map(BsonDocument.class::cast),
                version(stored, "hub"),
                Values.date(stored, "restoredAt").map(Instant::ofEpochMilli));
    }

    private static VersionView version(BsonDocument stored, String side) {
        BsonDocument of = stored.getDocument(side, new BsonDocument());
        long time = Values.number(of, "v").orElse(0L);
        return new VersionView(
                Instant.ofEpochMilli(Version.millisOf(time)),
                Values.text(of, "o").orElse(""),
                time);
    }
}
