package io.tandem.engine.mongo;

/** How many documents the next page asks for, so that it has about so many bytes. Used by one thread. */
final class PageSize {
    private static final int DOCUMENTS = 1000;
    private static final long BYTES = 4L * 1024 * 1024;
    /** The first page is small: nothing is known of the documents yet. */
    private static final int FIRST = 100;

    private int next = FIRST;

    int documents() {
        return next;
    }

    /** Learns from a page; grows slowly and shrinks at once. */
    void learn(int documents, long bytes) {
        if (documents > 0) {
            long fitting = BYTES / Math.max(1, bytes / documents);
            next = (int) Math.max(1, Math.min(Math.min(DOCUMENTS, next * 4L), fitting));
        }
    }
}
