package io.tandem.engine.mongo;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.bson.BsonBinaryWriter;
import org.bson.BsonReader;
import org.bson.ByteBuf;
import org.bson.ByteBufNIO;
import org.bson.RawBsonDocument;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.RawBsonDocumentCodec;
import org.bson.io.OutputBuffer;

/**
 * Takes one encoded document after the other out of a reply, each into an array of exactly its size, or all into the same one. The driver's
 * own codec makes several larger ones for each, and leaves one that has to be copied again. Used by one thread.
 */
final class WholeDocument extends OutputBuffer {
    /** A larger array than this is not kept for the next document. */
    private static final int KEPT = 64 * 1024;

    private byte[] bytes = new byte[0];
    private int position;
    private final boolean reuses;

    /**
     * Nothing yet.
     *
     * @param reuses whether a document may overwrite the one before
     */
    WholeDocument(boolean reuses) {
        this.reuses = reuses;
    }

    /** The next document of a binary reader. */
    static RawBsonDocument read(BsonReader reader) {
        WholeDocument document = new WholeDocument(false);
        document.take(reader);
        return new RawBsonDocument(document.bytes);
    }

    /** Takes the next document of a binary reader. */
    void take(BsonReader reader) {
        position = 0;
        if (!reuses || bytes.length > KEPT) {
            bytes = new byte[0];
        }
        try (BsonBinaryWriter writer = new BsonBinaryWriter(this)) {
            writer.pipe(reader);
        }
    }

    /** What was taken, at the beginning of an array that may be longer. */
    byte[] bytes() {
        return bytes;
    }

    /** Reads raw documents that way. */
    static final class Codec extends RawBsonDocumentCodec {
        @Override
        public RawBsonDocument decode(BsonReader reader, DecoderContext context) {
            return read(reader);
        }
    }

    /** The first number of a document is its length. */
    @Override
    public void writeInt32(int value) {
        if (position == 0 && (!reuses || bytes.length < value)) {
            bytes = new byte[value];
        }
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            bytes[position++] = (byte) (value >> shift);
        }
    }

    @Override
    public void writeBytes(byte[] source, int offset, int length) {
        System.arraycopy(source, offset, bytes, position, length);
        position += length;
    }

    @Override
    public void writeByte(int value) {
        bytes[position++] = (byte) value;
    }

    @Override
    protected void write(int at, int value) {
        bytes[at] = (byte) value;
    }

    @Override
    public int getPosition() {
        return position;
    }

    @Override
    public int getSize() {
        return position;
    }

    @Override
    public void truncateToPosition(int newPosition) {
        position = newPosition;
    }

    @Override
    public int pipe(OutputStream out) throws IOException {
        out.write(bytes, 0, position);
        return position;
    }

    @Override
    public List<ByteBuf> getByteBuffers() {
        return List.of(new ByteBufNIO(java.nio.ByteBuffer.wrap(bytes, 0, position)));
    }
}
