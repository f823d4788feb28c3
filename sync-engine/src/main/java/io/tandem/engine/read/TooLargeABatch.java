package io.tandem.engine.read;

import java.io.Serial;

/** The documents of a batch need too much memory together: smaller batches are asked for, and nothing was done. */
public final class TooLargeABatch extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final long bytesPerKey;

    /**
     * A batch was given up.
     *
     * @param bytesPerKey size of the documents seen until then, on average
     */
    public TooLargeABatch(long bytesPerKey) {
        super("the documents of a batch have " + bytesPerKey + " bytes each, too many for so many of them");
        this.bytesPerKey = bytesPerKey;
    }

    /** How large the documents are, on average. */
    public long bytesPerKey() {
        return bytesPerKey;
    }
}
