package io.tandem.engine.mongo;

import com.mongodb.client.MongoCollection;
import io.tandem.engine.model.BsonBytes;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.scan.KeyScanner.Scanned;
import java.util.Optional;
import org.bson.BsonReader;
import org.bson.BsonValue;
import org.bson.BsonWriter;
import org.bson.RawBsonDocument;
import org.bson.codecs.Codec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.bson.codecs.configuration.CodecRegistries;

/**
 * A document, reduced to what a comparison needs while the reply is still being decoded, so that a page of them needs little memory
 * however large they are.
 *
 * @param scanned what is left
 * @param bytes size of the whole
 */
record Reduced(Scanned scanned, int bytes) {

    /** The collection, read in this form. */
    static MongoCollection<Reduced> of(MongoCollection<RawBsonDocument> documents, boolean withMeta) {
        return documents
                .withDocumentClass(Reduced.class)
                .withCodecRegistry(CodecRegistries.fromRegistries(
                        CodecRegistries.fromCodecs(new Reducing(withMeta)), documents.getCodecRegistry()));
    }

    /** From the bytes at the beginning of an array. */
    static Reduced from(byte[] document, int size, boolean withMeta) {
        BsonValue id = Values.own(BsonBytes.value(
                document, BsonBytes.find(document, "_id").orElseThrow(() -> new IllegalStateException("no _id"))));
        Optional<BsonBytes.Range> reserved = BsonBytes.find(document, SyncMeta.FIELD);
        ContentHash hash = reserved.map(field -> ContentHash.ofWithout(document, size, field))
                .orElseGet(() -> ContentHash.of(document, 0, size));
        Optional<SyncMeta> meta =
                reserved.filter(field -> withMeta).flatMap(field -> SyncMeta.parse(BsonBytes.value(document, field)));
        return new Reduced(new Scanned(id, hash, meta), size);
    }

    /** Only reads, for one reader at a time. */
    private static final class Reducing implements Codec<Reduced> {
        private final WholeDocument whole = new WholeDocument(true);
        private final boolean withMeta;

        Reducing(boolean withMeta) {
            this.withMeta = withMeta;
        }

        @Override
        public Reduced decode(BsonReader reader, DecoderContext context) {
            whole.take(reader);
            return from(whole.bytes(), whole.getPosition(), withMeta);
        }

        @Override
        public void encode(BsonWriter writer, Reduced value, EncoderContext context) {
            throw new UnsupportedOperationException("a reduced document cannot be written");
        }

        @Override
        public Class<Reduced> getEncoderClass() {
            return Reduced.class;
        }
    }
}
