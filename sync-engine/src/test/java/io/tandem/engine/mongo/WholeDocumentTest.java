package io.tandem.engine.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.model.BsonBytes;
import java.nio.ByteBuffer;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBinaryReader;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.RawBsonDocument;
import org.bson.codecs.DecoderContext;
import org.junit.jupiter.api.Test;

class WholeDocumentTest {
    private static final BsonDocument SMALL = new BsonDocument();
    private static final BsonDocument MIDDLING = new BsonDocument("data", new BsonBinary(new byte[1000]));
    private static final BsonDocument LARGE = new BsonDocument("_id", new BsonInt32(1))
            .append("text", new BsonString("tèxt"))
            .append("nested", new BsonDocument("a", new BsonArray(List.of(new BsonInt32(7)))))
            .append("data", new BsonBinary(new byte[100_000]));

    @Test
    void isExactlyTheDocumentsBytes() {
        for (BsonDocument document : List.of(SMALL, LARGE)) {
            byte[] bytes = BsonBytes.encode(document);
            RawBsonDocument read = new WholeDocument.Codec()
                    .decode(
                            new BsonBinaryReader(ByteBuffer.wrap(bytes)),
                            DecoderContext.builder().build());

            assertThat(BsonBytes.of(read)).isEqualTo(bytes);
            assertThat(BsonBytes.of(read))
                    .as("an array of its own, not copied again")
                    .isSameAs(read.getByteBuffer().array());
        }
    }

    @Test
    void overwritesOneDocumentWithTheNext() {
        WholeDocument document = new WholeDocument(true);
        for (BsonDocument one : List.of(SMALL, MIDDLING, SMALL, LARGE, MIDDLING)) {
            byte[] bytes = BsonBytes.encode(one);
            document.take(new BsonBinaryReader(ByteBuffer.wrap(bytes)));

            assertThat(document.bytes()).startsWith(bytes);
            assertThat(document.getPosition()).isEqualTo(bytes.length);
        }
        assertThat(document.bytes().length)
                .as("the array of a large one is not kept")
                .isLessThan(10_000);
    }

    @Test
    void leavesTheReaderBehindTheDocument() {
        byte[] reply = BsonBytes.encode(new BsonDocument("batch", new BsonArray(List.of(LARGE, SMALL))));
        try (BsonBinaryReader reader = new BsonBinaryReader(ByteBuffer.wrap(reply))) {
            reader.readStartDocument();
            reader.readName();
            reader.readStartArray();
            reader.readBsonType();
            assertThat(WholeDocument.read(reader)).isEqualTo(LARGE);
            reader.readBsonType();
            assertThat(WholeDocument.read(reader)).isEqualTo(SMALL);
            assertThat(reader.readBsonType()).isEqualTo(BsonType.END_OF_DOCUMENT);
            reader.readEndArray();
            reader.readEndDocument();
        }
    }
}
