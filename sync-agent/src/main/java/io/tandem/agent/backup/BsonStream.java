package io.tandem.agent.backup;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.bson.RawBsonDocument;

/**
 * Reads BSON documents that stand one behind the other, one at a time. One thread.
 *
 * <p>Holds one document in memory. Only the frame of a document is checked (its length and its closing zero byte), as mongorestore does.
 */
final class BsonStream implements Closeable {

    /** The largest document a server stores (16 MiB) plus what it allows itself around one (16 KiB). */
    static final int DOCUMENT_BYTES_MAX = 16 * 1024 * 1024 + 16 * 1024;

    /** The length of {@code {}}. */
    static final int DOCUMENT_BYTES_MIN = 5;

    private final InputStream in;
    private final String name;
    private long position;

    /**
     * @param in what to read; should be buffered; closed with this stream
     * @param name how messages call it
     */
    BsonStream(InputStream in, String name) {
        this.in = in;
        this.name = name;
    }

    /** The next document; empty at the end of the stream. */
    Optional<RawBsonDocument> next() throws IOException {
        byte[] head = new byte[4];
        int read = in.readNBytes(head, 0, 4);
        if (read == 0) {
            return Optional.empty();
        }
        if (read < 4) {
            throw new EOFException(name + " ends in the middle of a document's length, at byte " + position
                    + "; the file is cut off or is not BSON");
        }
        return Optional.of(new RawBsonDocument(readBody(head)));
    }

    /** The 32-bit number at the front of what follows; the caller then reads the body or stops. */
    int nextLengthOrMark() throws IOException {
        byte[] head = in.readNBytes(4);
        if (head.length < 4) {
            throw new EOFException(
                    name + " ends at byte " + position + " where more was announced; the file is cut off");
        }
        position += 4;
        return littleEndian(head);
    }

    /** The document whose length was read by {@link #nextLengthOrMark()}. */
    byte[] bodyOf(int length) throws IOException {
        position -= 4;
        byte[] head = {(byte) length, (byte) (length >> 8), (byte) (length >> 16), (byte) (length >> 24)};
        return readBody(head);
    }

    /** True when nothing follows. Needs a stream that supports marks. */
    boolean atEnd() throws IOException {
        in.mark(1);
        int next = in.read();
        in.reset();
        return next < 0;
    }

    private byte[] readBody(byte[] head) throws IOException {
        int length = littleEndian(head);
        if (length < DOCUMENT_BYTES_MIN || length > DOCUMENT_BYTES_MAX) {
            throw new IOException(name + " is damaged at byte " + position + ": a document cannot be "
                    + Integer.toUnsignedString(length) + " bytes long (allowed: " + DOCUMENT_BYTES_MIN + " to "
                    + DOCUMENT_BYTES_MAX + ")");
        }
        byte[] document = new byte[length];
        System.arraycopy(head, 0, document, 0, 4);
        int read = in.readNBytes(document, 4, length - 4);
        if (read < length - 4) {
            throw new EOFException(
                    name + " ends in the middle of the document at byte " + position + "; the file is cut off");
        }
        if (document[length - 1] != 0) {
            throw new IOException(
                    name + " is damaged at byte " + position + ": the document there does not end with 0");
        }
        position += length;
        return document;
    }

    private static int littleEndian(byte[] bytes) {
        return (bytes[0] & 0xff) | (bytes[1] & 0xff) << 8 | (bytes[2] & 0xff) << 16 | (bytes[3] & 0xff) << 24;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
