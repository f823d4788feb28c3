package io.tandem.agent.service;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.result.DeleteResult;
import com.mongodb.client.result.UpdateResult;
import io.tandem.agent.service.ServiceException.Kind;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.types.ObjectId;

/**
 * The documents of the device's own database, for applications that speak HTTP. Any thread.
 *
 * <p>Every change is a compare-and-set on the document that was read, so that no write of another program is overwritten unseen.
 */
public final class Documents {
    private static final long QUERY_MILLIS = 5_000;

    /** A hot document may change under us this often before we give up. */
    private static final int TRIES_MAX = 8;

    private final DatabaseAccess access;

    Documents(DatabaseAccess access) {
        this.access = access;
    }

    /**
     * A document with the tag of its content.
     *
     * @param tag hash of its BSON bytes, hexadecimal
     */
    public record Tagged(BsonDocument document, String tag) {
        /** The {@code _id} as the path of this document has it, not yet URL-encoded. */
        public String path() {
            return DocumentIds.written(document.getOrDefault("_id", BsonNull.VALUE));
        }
    }

    /** One page of a list. */
    public record Page(List<BsonDocument> items, Optional<String> nextCursor) {}

    /**
     * What to list.
     *
     * @param filter checked by {@link DocumentFilter}
     * @param sort field names, with a leading {@code -} for falling order
     * @param limit documents a page, above 0
     * @param cursor the page before's {@link Page#nextCursor()}
     */
    public record Query(BsonDocument filter, List<String> sort, int limit, Optional<String> cursor) {}

    /** One page of the documents that match. */
    public Page list(String collection, Query query) {
        DocumentFilter.check(query.filter());
        Keyset keyset = Keyset.of(query.sort());
        BsonDocument filter = query.cursor()
                .map(cursor -> and(query.filter(), keyset.after(cursor)))
                .orElse(query.filter());
        List<BsonDocument> found = guarded(() -> open(collection)
                .find(filter)
                .sort(keyset.sort())
                .limit(query.limit() + 1)
                .maxTime(QUERY_MILLIS, TimeUnit.MILLISECONDS)
                .into(new ArrayList<>()));
        boolean more = found.size() > query.limit();
        List<BsonDocument> items = more ? found.subList(0, query.limit()) : found;
        return new Page(
                List.copyOf(items), more ? Optional.of(keyset.cursor(items.get(items.size() - 1))) : Optional.empty());
    }

    /** @throws ServiceException {@link Kind#NOT_FOUND} */
    public Tagged get(String collection, String id) {
        return tagged(find(collection, id));
    }

    /** Creates a document, with a new ObjectId unless it has an {@code _id}. */
    public Tagged insert(String collection, BsonDocument document) {
        DocumentRules.checkFields(document);
        BsonDocument created = new BsonDocument();
        created.put("_id", document.getOrDefault("_id", new BsonObjectId(new ObjectId())));
        DocumentRules.checkId(created.get("_id"));
        document.forEach(created::putIfAbsent);
        guarded(() -> open(collection).insertOne(created));
        return tagged(created);
    }

    /**
     * Sets the given fields and leaves the others.
     *
     * @param ifMatch tags of which the document must have one; empty: it may have any
     */
    public Tagged set(String collection, String id, BsonDocument fields, Set<String> ifMatch) {
        DocumentRules.checkFields(fields);
        return change(collection, id, ifMatch, fields, before -> {
            BsonDocument after = before.clone();
            after.putAll(fields);
            return after;
        });
    }

    /** Applies a JSON merge patch (RFC 7396): null removes a field, objects merge. */
    public Tagged merge(String collection, String id, BsonDocument patch, Set<String> ifMatch) {
        DocumentRules.checkFields(patch);
        return change(collection, id, ifMatch, patch, before -> merged(before, patch));
    }

    public void delete(String collection, String id, Set<String> ifMatch) {
        for (int i = 0; i < TRIES_MAX; i++) {
            BsonDocument before = find(collection, id);
            checkTag(before, ifMatch);
            DeleteResult result = guarded(() -> open(collection).deleteOne(exactly(before)));
            if (result.getDeletedCount() == 1) {
                return;
            }
        }
        throw busy();
    }

    private Tagged change(
            String collection, String id, Set<String> ifMatch, BsonDocument asked, UnaryOperator<BsonDocument> edit) {
        for (int i = 0; i < TRIES_MAX; i++) {
            BsonDocument before = find(collection, id);
            checkTag(before, ifMatch);
            checkSameId(before, asked);
            BsonDocument after = edit.apply(before);
            if (after.equals(before)) {
                return tagged(before);
            }
            UpdateResult result =
                    guarded(() -> open(collection).replaceOne(exactly(before), after, new ReplaceOptions()));
            if (result.getMatchedCount() == 1) {
                return tagged(after);
            }
        }
        throw busy();
    }

    private BsonDocument find(String collection, String id) {
        List<BsonValue> candidates = DocumentIds.candidates(id);
        BsonDocument filter = candidates.size() == 1
                ? new BsonDocument("_id", new BsonDocument("$eq", candidates.get(0)))
                : new BsonDocument("_id", new BsonDocument("$in", new BsonArray(candidates)));
        List<BsonDocument> found = guarded(() -> open(collection)
                .find(filter)
                .limit(2)
                .maxTime(QUERY_MILLIS, TimeUnit.MILLISECONDS)
                .into(new ArrayList<>()));
        if (found.size() > 1) {
            throw new ServiceException(
                    Kind.CONFLICT,
                    "Two documents have an _id that is written like this, of different types."
                            + " Give the _id as extended JSON, for example {\"$oid\":\"...\"} or \"...\" with quotes.");
        }
        if (found.isEmpty()) {
            throw new ServiceException(Kind.NOT_FOUND, "There is no document with this _id in " + collection + ".");
        }
        return found.get(0);
    }

    private MongoCollection<BsonDocument> open(String collection) {
        return access.database().getCollection(collection, BsonDocument.class);
    }

    private <T> T guarded(Supplier<T> operation) {
        try {
            return operation.get();
        } catch (ServiceException known) {
            throw known;
        } catch (RuntimeException refused) {
            throw MongoRefusals.translate(refused, access.label());
        }
    }

    private static void checkTag(BsonDocument document, Set<String> ifMatch) {
        if (!ifMatch.isEmpty() && !ifMatch.contains(tag(document))) {
            throw new ServiceException(
                    Kind.CHANGED_MEANWHILE,
                    "The document is not the one that If-Match names: it changed meanwhile. Read it again, then decide.");
        }
    }

    private static void checkSameId(BsonDocument before, BsonDocument asked) {
        if (asked.containsKey("_id") && !Objects.equals(before.get("_id"), asked.get("_id"))) {
            throw new ServiceException(
                    Kind.INVALID, "The _id in the body is another than the document's, and an _id cannot be changed.");
        }
    }

    /** Matches only the document as it was read. Plain equality of a whole document is refused by real servers, a comparison is not. */
    private static BsonDocument exactly(BsonDocument read) {
        BsonArray compare = new BsonArray(List.of(new BsonString("$$ROOT"), new BsonDocument("$literal", read)));
        BsonArray equal = new BsonArray(List.of(new BsonDocument("$cmp", compare), new BsonInt32(0)));
        return new BsonDocument("_id", new BsonDocument("$eq", read.get("_id")))
                .append("$expr", new BsonDocument("$eq", equal));
    }

    private static BsonDocument merged(BsonDocument before, BsonDocument patch) {
        BsonDocument after = before.clone();
        for (Map.Entry<String, BsonValue> field : patch.entrySet()) {
            BsonValue value = field.getValue();
            if (value.isNull()) {
                after.remove(field.getKey());
            } else if (value instanceof BsonDocument nested) {
                BsonValue old = after.get(field.getKey());
                after.put(field.getKey(), merged(old instanceof BsonDocument base ? base : new BsonDocument(), nested));
            } else {
                after.put(field.getKey(), value);
            }
        }
        return after;
    }

    private static BsonDocument and(BsonDocument one, BsonDocument other) {
        return new BsonDocument("$and", new BsonArray(List.of(one, other)));
    }

    private static ServiceException busy() {
        return new ServiceException(
                Kind.CONFLICT, "The document keeps changing; it was tried " + TRIES_MAX + " times. Try again.");
    }

    private static Tagged tagged(BsonDocument document) {
        return new Tagged(document, tag(document));
    }

    private static String tag(BsonDocument document) {
        RawBsonDocument raw = new RawBsonDocument(document, new BsonDocumentCodec());
        byte[] bytes = new byte[raw.getByteBuffer().remaining()];
        raw.getByteBuffer().get(bytes);
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this Java has no SHA-256", impossible);
        }
    }
}
