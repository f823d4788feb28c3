package io.tandem.embedded.bson;

/** Bytes that are not a BSON document, or one that is nested too deeply to be read. */
public final class BsonFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean tooDeep;

    BsonFormatException(String message) {
        this(message, false);
    }

    BsonFormatException(String message, boolean tooDeep) {
        super(message);
        this.tooDeep = tooDeep;
    }

    /** Whether the document was well formed so far but had too many levels. */
    public boolean tooDeep() {
        return tooDeep;
    }
}
