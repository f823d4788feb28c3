package io.tandem.engine.mongo;

import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Intent;
import io.tandem.engine.model.Mark;
import io.tandem.engine.model.Mark.HubChange;
import io.tandem.engine.model.Pushing;
import io.tandem.engine.model.StateId;
import io.tandem.engine.model.Version;
import java.util.Optional;
import java.util.OptionalLong;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.RawBsonDocument;

/**
 * How base states are stored in {@code _sync_state}. Stateless. Fields of a document:
 *
 * <ul>
 *   <li>{@code _id: {c: <collection>, i: <_id>}}
 *   <li>{@code v, o}: version of the agreed state, time and origin; absent when nothing was agreed
 *   <li>{@code h}: its hash, 16 bytes; in its place {@code d: true} for a delete
 *   <li>{@code l: <collection>}: present when a document was agreed; indexed, so that counting them needs no document
 *   <li>{@code b}: its content, where fields are merged and there is room
 *   <li>{@code n: {t, h, w, v, o, bh, b}}: the intent: when it was made, expected local hash, the local hash that it replaces, and
 *       version, hash and content of the state after it; an absent {@code h} or {@code bh} is a delete, an absent {@code t} or {@code w}
 *       is not known, and a {@code w} of zeros is no document
 *   <li>{@code p: {v, o, h, b}}: the hub write under way: version, hash and content of the state after it; an absent hash is a
 *       delete
 *   <li>{@code m}: there is a mark: hybrid logical time of a local change not yet on the hub, zero when that is not known; with it
 *       {@code k}: the {@code _id} again, indexed, so that the marked keys can be listed in order; {@code s: true} when the device had
 *       the document; and {@code e: {t, d}}: an edit by hand on the hub that waits to be looked at, its hybrid logical time and
 *       {@code d: true} for a delete
 *   <li>{@code f}: the fence of the agent that wrote it
 * </ul>
 */
final class BaseDocuments {
    static final String FENCE = "f";
    static final String LIVE = "l";
    static final String MARKED = "k";
    static final String DELETED = "d";
    static final String VERSION = "v";
    static final String CONTENT = "b";
    static final String INTENT = "n";
    static final String MADE_AT = "t";
    static final String BEFORE = "w";
    static final String PUSHING = "p";
    static final String DIRTY = "m";
    static final String SEEN = "s";
    static final String HUB_CHANGE = "e";
    /** Contents up to this size, all together, are kept; a merge without base content falls back to the whole document. */
    private static final int CONTENT_BYTES = 15 * 1024 * 1024;

    private BaseDocuments() {}

    static BsonDocument write(DocKey key, BaseRecord record, long fence) {
        BsonDocument id = Values.keyDocument(key);
        BsonDocument stored = new BsonDocument("_id", id);
        boolean keep = contentBytes(record) <= CONTENT_BYTES;
        record.state().ifPresent(state -> {
            putVersion(stored, state.version());
            if (state.isDeleted()) {
                stored.append(DELETED, BsonBoolean.TRUE);
            } else {
                stored.append("h", hash(state.hash())).append(LIVE, new BsonString(key.collection()));
            }
        });
        record.content().filter(content -> keep).ifPresent(content -> stored.append(CONTENT, content));
        record.intent().ifPresent(intent -> stored.append(INTENT, write(intent, keep)));
        record.pushing().ifPresent(pushing -> stored.append(PUSHING, write(pushing, keep)));
        record.mark().ifPresent(mark -> {
            stored.append(DIRTY, Values.number(mark.localTime().orElse(0))).append(MARKED, id);
            if (mark.hadDocument()) {
                stored.append(SEEN, BsonBoolean.TRUE);
            }
            mark.hubChange().ifPresent(change -> stored.append(HUB_CHANGE, write(change)));
        });
        return stored.append(FENCE, Values.number(fence));
    }

    private static BsonDocument write(HubChange change) {
        BsonDocument stored = new BsonDocument(MADE_AT, Values.number(change.time()));
        return change.delete() ? stored.append(DELETED, BsonBoolean.TRUE) : stored;
    }

    /** Size of all contents of a record. */
    static int contentBytes(BaseRecord record) {
        return size(record.content())
                + size(record.intent().flatMap(Intent::thenContent))
                + size(record.pushing().flatMap(Pushing::content));
    }

    private static int size(Optional<RawBsonDocument> content) {
        return content.map(document -> document.getByteBuffer().remaining()).orElse(0);
    }

    private static void putVersion(BsonDocument stored, Version version) {
        stored.append(VERSION, Values.number(version.time())).append("o", new BsonString(version.origin()));
    }

    private static BsonBinary hash(ContentHash hash) {
        return new BsonBinary(hash.toBytes());
    }

    private static BsonDocument write(Intent intent, boolean keepContent) {
        BsonDocument stored = new BsonDocument();
        intent.madeAt().ifPresent(time -> stored.append(MADE_AT, Values.number(time)));
        if (!intent.expected().isDeleted()) {
            stored.append("h", hash(intent.expected()));
        }
        intent.before().ifPresent(before -> stored.append(BEFORE, hash(before)));
        putVersion(stored, intent.thenBase().version());
        if (!intent.thenBase().isDeleted()) {
            stored.append("bh", hash(intent.thenBase().hash()));
        }
        intent.thenContent().filter(content -> keepContent).ifPresent(content -> stored.append(CONTENT, content));
        return stored;
    }

    private static BsonDocument write(Pushing pushing, boolean keepContent) {
        BsonDocument stored = new BsonDocument();
        putVersion(stored, pushing.next().version());
        if (!pushing.next().isDeleted()) {
            stored.append("h", hash(pushing.next().hash()));
        }
        pushing.content().filter(content -> keepContent).ifPresent(content -> stored.append(CONTENT, content));
        return stored;
    }

    static BaseRecord read(BsonDocument stored) {
        Optional<Intent> intent = stored.get(INTENT) instanceof BsonDocument found
                ? Optional.of(new Intent(
                        optional(Values.number(found, MADE_AT)),
                        hash(found, "h"),
                        Values.bytes(found, BEFORE).map(ContentHash::fromBytes),
                        new StateId(version(found), hash(found, "bh")),
                        Values.document(found, CONTENT)))
                : Optional.empty();
        Optional<Pushing> pushing = stored.get(PUSHING) instanceof BsonDocument found
                ? Optional.of(
                        new Pushing(new StateId(version(found), hash(found, "h")), Values.document(found, CONTENT)))
                : Optional.empty();
        Optional<StateId> state = stored.containsKey(VERSION)
                ? Optional.of(new StateId(version(stored), hash(stored, "h")))
                : Optional.empty();
        return new BaseRecord(state, Values.document(stored, CONTENT), intent, pushing, mark(stored));
    }

    private static Optional<Mark> mark(BsonDocument stored) {
        Optional<HubChange> change = stored.get(HUB_CHANGE) instanceof BsonDocument found
                ? Values.number(found, MADE_AT).map(time -> new HubChange(time, found.containsKey(DELETED)))
                : Optional.empty();
        return Values.number(stored, DIRTY)
                .map(time -> new Mark(
                        optional(Optional.of(time).filter(known -> known > 0)), stored.containsKey(SEEN), change));
    }

    private static OptionalLong optional(Optional<Long> number) {
        return number.map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }

    private static Version version(BsonDocument stored) {
        return new Version(
                Values.number(stored, VERSION).orElse(0L),
                Values.text(stored, "o").orElse(""));
    }

    private static ContentHash hash(BsonDocument stored, String field) {
        return Values.bytes(stored, field).map(ContentHash::fromBytes).orElse(ContentHash.DELETED);
    }
}
