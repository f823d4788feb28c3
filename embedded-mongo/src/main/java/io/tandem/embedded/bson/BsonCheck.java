package io.tandem.embedded.bson;

/** Looks a document in bytes through as decoding it would, but makes nothing of it. One thread, used once. */
public final class BsonCheck {
    private final byte[] bytes;
    private int position;
    private int deepest;

    private BsonCheck(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * How many levels of documents and arrays there are, 1 for a flat document.
     *
     * @throws BsonFormatException for bytes that are no document
     */
    public static int depth(byte[] document) {
        try {
            BsonCheck check = new BsonCheck(document);
            check.fields(1);
            return check.deepest;
        } catch (IndexOutOfBoundsException e) {
            throw new BsonFormatException("the bytes end before the document does");
        }
    }

    private void fields(int depth) {
        if (depth > BsonDecoder.MAX_DEPTH) {
            throw BsonDecoder.tooDeep();
        }
        deepest = Math.max(deepest, depth);
        int start = position;
        int size = BsonDecoder.int32(bytes, start);
        if (size < 5 || size > bytes.length - start) {
            throw new BsonFormatException("a document cannot have " + size + " bytes here");
        }
        position += 4;
        for (byte type = bytes[position++]; type != 0; type = bytes[position++]) {
            text();
            value(type, depth);
        }
        if (position != start + size) {
            throw new BsonFormatException(
                    "a document says it ends at byte " + (start + size) + " but ends at " + position);
        }
    }

    private void value(byte type, int depth) {
        switch (type) {
            case BsonTypes.DOCUMENT, BsonTypes.ARRAY -> fields(depth + 1);
            case BsonTypes.STRING, BsonTypes.JAVASCRIPT -> skip(4, length(1));
            case BsonTypes.SYMBOL -> skip(4, length(0));
            case BsonTypes.CODE_WITH_SCOPE -> skip(0, length(0));
            case BsonTypes.BINARY -> skip(5, length(0));
            case BsonTypes.DB_POINTER -> skip(16, length(0));
            case BsonTypes.DOUBLE, BsonTypes.DATE, BsonTypes.TIMESTAMP, BsonTypes.INT64 -> skip(8, 0);
            case BsonTypes.UNDEFINED, BsonTypes.NULL, BsonTypes.MIN_KEY, BsonTypes.MAX_KEY -> skip(0, 0);
            case BsonTypes.OBJECT_ID -> skip(12, 0);
            case BsonTypes.BOOLEAN -> skip(1, 0);
            case BsonTypes.INT32 -> skip(4, 0);
            case BsonTypes.DECIMAL128 -> skip(16, 0);
            case BsonTypes.REGEX -> {
                text();
                text();
            }
            default -> throw new BsonFormatException("unknown BSON type " + type);
        }
    }

    /** The length that stands here. */
    private int length(int least) {
        int length = BsonDecoder.int32(bytes, position);
        if (length < least || length > bytes.length - position) {
            throw new BsonFormatException("a value cannot have " + length + " bytes here");
        }
        return length;
    }

    private void skip(int fixed, int length) {
        if (fixed + length > bytes.length - position) {
            throw new IndexOutOfBoundsException(position + fixed + length);
        }
        position += fixed + length;
    }

    private void text() {
        int at = position;
        while (bytes[at] != 0) {
            at++;
        }
        position = at + 1;
    }
}
