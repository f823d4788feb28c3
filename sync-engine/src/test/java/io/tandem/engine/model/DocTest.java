package io.tandem.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;

class DocTest {
    private static final BsonDocument CONTENT =
            new BsonDocument("_id", new BsonInt32(1)).append("a", new BsonString("x"));

    private static SyncMeta meta(BsonDocument content) {
        return new SyncMeta(new Version(5, "d1"), Doc.of(content).hash());
    }

    @Test
    void hashesTheContentWithoutItsMetadata() {
        Doc plain = Doc.of(CONTENT);
        Doc stamped = Doc.of(Doc.withMeta(plain.content(), meta(CONTENT)));

        assertThat(stamped.hash()).isEqualTo(plain.hash());
        assertThat(stamped.content()).isEqualTo(plain.content());
        assertThat(stamped.validMeta()).contains(meta(CONTENT));
        assertThat(stamped).isNotEqualTo(plain);
    }

    @Test
    void tellsMetadataOfAnotherContent() {
        Doc edited =
                Doc.of(Doc.withMeta(BsonBytes.raw(CONTENT.clone().append("a", new BsonString("y"))), meta(CONTENT)));

        assertThat(edited.meta()).contains(meta(CONTENT));
        assertThat(edited.validMeta()).isEmpty();
    }

    @Test
    void tellsMetadataCopiedFromAnotherDocumentOfTheSameFields() {
        BsonDocument copy = CONTENT.clone();
        copy.put("_id", new BsonInt32(2));

        assertThat(Doc.of(Doc.withMeta(BsonBytes.raw(copy), meta(CONTENT))).validMeta())
                .isEmpty();
    }

    @Test
    void hashesFieldOrderAndNumberTypes() {
        BsonDocument swapped = new BsonDocument("a", new BsonString("x")).append("_id", new BsonInt32(1));
        BsonDocument wide = new BsonDocument("_id", new BsonInt64(1)).append("a", new BsonString("x"));

        assertThat(Doc.of(swapped).hash()).isNotEqualTo(Doc.of(CONTENT).hash());
        assertThat(Doc.of(wide).hash()).isNotEqualTo(Doc.of(CONTENT).hash());
    }

    @Test
    void takesMetadataOfAnyOtherFormForNone() {
        BsonDocument good = meta(CONTENT).toBson();
        List<BsonValue> bad = List.of(
                new BsonNull(),
                new BsonString("mine"),
                new BsonDocument(),
                changed(good, "version", new BsonInt32(5)),
                changed(good, "version", new BsonInt64(0)),
                changed(good, "version", new BsonInt64(-5)),
                changed(good, "version", new BsonInt64(Long.MAX_VALUE)),
                changed(good, "version", new BsonInt64(Version.timeAt(7_258_118_400_000L))), // the year 2200
                changed(good, "origin", new BsonInt32(5)),
                changed(good, "hash", new BsonString("abc")),
                changed(good, "hash", new BsonBinary(new byte[15])),
                without(good, "version"),
                without(good, "origin"),
                without(good, "hash"));

        assertThat(SyncMeta.parse(good)).contains(meta(CONTENT));
        assertThat(bad).allSatisfy(value -> {
            assertThat(SyncMeta.parse(value)).isEmpty();
            Doc doc = Doc.of(CONTENT.clone().append("_sync", value));
            assertThat(doc.meta()).isEmpty();
            assertThat(doc.hash()).isEqualTo(Doc.of(CONTENT).hash());
        });
    }

    private static BsonDocument changed(BsonDocument meta, String field, BsonValue value) {
        return meta.clone().append(field, value);
    }

    private static BsonDocument without(BsonDocument meta, String field) {
        BsonDocument copy = meta.clone();
        copy.remove(field);
        return copy;
    }

    @Test
    void readsItsHashBackAndReservesOneForDeletes() {
        ContentHash hash = Doc.of(CONTENT).hash();

        assertThat(ContentHash.fromBytes(hash.toBytes())).isEqualTo(hash);
        assertThat(hash.toBytes()).hasSize(ContentHash.BYTES);
        assertThat(hash.isDeleted()).isFalse();
        assertThat(ContentHash.DELETED.isDeleted()).isTrue();
        assertThat(ContentHash.of(new byte[] {9, 1, 2, 9}, 1, 2)).isEqualTo(ContentHash.of(new byte[] {1, 2}));
        assertThat(ContentHash.of("abc".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .hasToString("ba7816bf8f01cfea414140de5dae2223"); // SHA-256 of abc, FIPS 180-2 appendix B.1
    }

    @Test
    void ordersVersionsByTimeThenOrigin() {
        Version early = new Version(1, "z");
        Version late = new Version(2, "a");

        assertThat(late.isAfter(early)).isTrue();
        assertThat(new Version(2, "b").isAfter(late)).isTrue();
        assertThat(late.isAfter(new Version(2, "a"))).isFalse();
        assertThat(Version.NONE.isAfter(new Version(0, ""))).isFalse();
        assertThat(early.isAfter(Version.NONE)).isTrue();
        assertThat(Version.millisOf(Version.timeAt(1_750_000_000_123L))).isEqualTo(1_750_000_000_123L);
        assertThat(Version.timeAt(-5)).isZero();
        assertThatThrownBy(() -> new Version(-1, "a")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void putsAStampWhereTheReservedFieldIsOrAtTheEnd() {
        BsonDocument middle = new BsonDocument("_id", new BsonInt32(1))
                .append("_sync", new BsonString("mine"))
                .append("a", new BsonString("x"));

        assertThat(Doc.of(CONTENT).stampedWith(meta(CONTENT)))
                .isEqualTo(Doc.withMeta(BsonBytes.raw(CONTENT), meta(CONTENT)));
        Doc stamped = Doc.of(Doc.of(middle).stampedWith(meta(CONTENT)));
        assertThat(stamped.stored().keySet()).containsExactly("_id", "_sync", "a");
        assertThat(stamped.meta()).contains(meta(CONTENT));
        assertThat(stamped.content()).isEqualTo(Doc.of(middle).content());
    }
}
