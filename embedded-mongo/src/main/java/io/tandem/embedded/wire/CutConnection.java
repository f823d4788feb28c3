package io.tandem.embedded.wire;

/** The connection is to be closed without an answer, because a test asked for it. */
public final class CutConnection extends Exception {
    private static final long serialVersionUID = 1L;

    public CutConnection() {
        super("connection cut on request", null, false, false);
    }
}
