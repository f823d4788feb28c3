package io.tandem.embedded.fault;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/**
 * Cuts a stream into messages of the MongoDB wire protocol. One thread.
 *
 * <p>A stream that does not look like that protocol, for example TLS, is passed on in pieces from then on, whatever it holds.
 */
final class MessageReader {

    private static final int HEADER_BYTES = 16;
    private static final int LENGTH_MAX = 48_000_000 + 16_384;
    private static final int PIECE_BYTES = 16_384;
    private static final int OP_MSG = 2013;

    /** OP_REPLY, OP_QUERY, OP_COMPRESSED, OP_MSG. */
    private static final Set<Integer> OP_CODES = Set.of(1, 2004, 2012, OP_MSG);

    private static final int SECTION_KIND_AT = HEADER_BYTES + 4;

    /** After the kind of the section come the length of the document and the type of its first value. */
    private static final int COMMAND_AT = SECTION_KIND_AT + 1 + 4 + 1;

    private final InputStream in;
    private boolean foreign;

    MessageReader(InputStream in) {
        this.in = in;
    }

    /**
     * The next message; waits for it.
     *
     * @throws EOFException at the end of the stream
     */
    Message next() throws IOException {
        if (foreign) {
            byte[] piece = new byte[PIECE_BYTES];
            int length = in.read(piece);
            if (length < 0) {
                throw new EOFException();
            }
            return Message.foreign(Arrays.copyOf(piece, length));
        }
        byte[] header = in.readNBytes(HEADER_BYTES);
        if (header.length == 0) {
            throw new EOFException();
        }
        if (header.length < HEADER_BYTES || !isProtocol(header)) {
            foreign = true;
            return Message.foreign(header);
        }
        return message(header);
    }

    private Message message(byte[] header) throws IOException {
        ByteBuffer fields = fields(header);
        byte[] bytes = Arrays.copyOf(header, fields.getInt(0));
        int more = in.readNBytes(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES);
        if (HEADER_BYTES + more < bytes.length) {
            throw new EOFException("The stream ended inside a message.");
        }
        return new Message(bytes, fields.getInt(4), fields.getInt(8), commandOf(bytes, fields.getInt(12)));
    }

    private static boolean isProtocol(byte[] header) {
        ByteBuffer fields = fields(header);
        int length = fields.getInt(0);
        return length >= HEADER_BYTES && length <= LENGTH_MAX && OP_CODES.contains(fields.getInt(12));
    }

    private static ByteBuffer fields(byte[] header) {
        return ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String commandOf(byte[] bytes, int opCode) {
        if (opCode != OP_MSG || bytes.length <= COMMAND_AT || bytes[SECTION_KIND_AT] != 0) {
            return "";
        }
        int end = COMMAND_AT;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, COMMAND_AT, end - COMMAND_AT, StandardCharsets.UTF_8);
    }
}
