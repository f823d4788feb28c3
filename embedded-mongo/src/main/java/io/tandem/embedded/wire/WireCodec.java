package io.tandem.embedded.wire;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonDecoder;
import io.tandem.embedded.bson.BsonEncoder;
import io.tandem.embedded.bson.RawBson;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages to and from bytes: OP_MSG, and OP_QUERY for the first hello of older clients. One thread. */
final class WireCodec {
    static final int MAX_MESSAGE_BYTES = 48_000_000;
    private static final int OP_REPLY = 1;
    private static final int OP_QUERY = 2004;
    private static final int OP_MSG = 2013;
    private static final int CHECKSUM_PRESENT = 1;
    private static final int MORE_TO_COME = 2;
    private static final int HEADER = 16;
    /** A reply up to this size leaves its memory to the next one. */
    private static final int KEPT_REPLY_BYTES = 1024 * 1024;

    private final DataInputStream in;
    private final OutputStream out;
    private final BsonEncoder encoder = new BsonEncoder(1024);

    WireCodec(DataInputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /** The next request, or null when the client has closed the connection between two. */
    @Nullable
    Request read() throws IOException {
        byte[] header = new byte[HEADER];
        try {
            in.readFully(header);
        } catch (EOFException e) {
            return null;
        }
        int length = int32(header, 0);
        int opCode = int32(header, 12);
        if (length < HEADER || length > MAX_MESSAGE_BYTES + HEADER) {
            throw new IOException(
                    "a message of " + length + " bytes is not allowed; at most " + MAX_MESSAGE_BYTES + " are");
        }
        byte[] body = new byte[length - HEADER];
        in.readFully(body);
        int id = int32(header, 4);
        return switch (opCode) {
            case OP_MSG -> message(id, body);
            case OP_QUERY -> query(id, body);
            default -> throw new IOException("wire operation " + opCode + " is not supported; OP_MSG is");
        };
    }

    private static Request message(int id, byte[] body) throws IOException {
        int flags = int32(body, 0);
        if ((flags & 0xffff & ~(CHECKSUM_PRESENT | MORE_TO_COME)) != 0) {
            throw new IOException("unknown required flags in a message: " + flags);
        }
        int end = body.length - ((flags & CHECKSUM_PRESENT) != 0 ? 4 : 0);
        Document command = null;
        Document sequences = new Document();
        int position = 4;
        while (position < end) {
            int size = int32(body, position + 1);
            if (size < 4 || position + 1 + size > end) {
                throw new IOException("a section of " + size + " bytes does not fit into its message");
            }
            if (body[position] == 0) {
                command = BsonDecoder.decode(body, position + 1);
            } else if (body[position] == 1) {
                sequence(body, position + 1, size, sequences);
            } else {
                throw new IOException("unknown kind of section: " + body[position]);
            }
            position += 1 + size;
        }
        if (command == null) {
            throw new IOException("a message without a command");
        }
        command.putAll(sequences);
        return new Request(id, command, false, (flags & MORE_TO_COME) == 0);
    }

    private static void sequence(byte[] body, int start, int size, Document into) {
        int position = start + 4;
        int nameStart = position;
        while (body[position] != 0) {
            position++;
        }
        String name = new String(body, nameStart, position - nameStart, StandardCharsets.UTF_8);
        position++;
        List<Object> documents = new ArrayList<>();
        while (position < start + size) {
            int length = int32(body, position);
            documents.add(new RawBson(Arrays.copyOfRange(body, position, position + length)));
            position += Math.max(length, 5);
        }
        into.put(name, documents);
    }

    private static Request query(int id, byte[] body) {
        int position = 4;
        int nameStart = position;
        while (body[position] != 0) {
            position++;
        }
        String name = new String(body, nameStart, position - nameStart, StandardCharsets.UTF_8);
        Document command = BsonDecoder.decode(body, position + 1 + 8);
        if (command.get("$query") instanceof Document wrapped) {
            command = wrapped;
        }
        command.put("$db", name.substring(0, Math.max(0, name.indexOf('.'))));
        return new Request(id, command, true, true);
    }

    void write(Request request, Document reply) throws IOException {
        encoder.int32(0);
        encoder.int32(request.id() + 1);
        encoder.int32(request.id());
        if (request.legacy()) {
            encoder.int32(OP_REPLY);
            encoder.int32(8);
            encoder.int64(0);
            encoder.int32(0);
            encoder.int32(1);
        } else {
            encoder.int32(OP_MSG);
            encoder.int32(0);
            encoder.int8((byte) 0);
        }
        encoder.document(reply);
        encoder.putInt32(0, encoder.size());
        out.write(encoder.buffer(), 0, encoder.size());
        out.flush();
        encoder.reset(KEPT_REPLY_BYTES);
    }

    private static int int32(byte[] bytes, int at) {
        return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16 | bytes[at + 3] << 24;
    }
}
