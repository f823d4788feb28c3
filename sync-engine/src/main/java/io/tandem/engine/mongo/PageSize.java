package io.tandem.engine.mongo;

/** How many documents the next page asks for, so that it has about so many bytes. Used by one thread. */
final class PageSize {
    private static final int DOCUMENTS = 2000;
    private static final long BYTES = 2L * 1024 * 1024;
    /** A page of so few documents may hold one that is much larger than those before. */
    private static final int FEW = 10;
    /** The first page is small: nothing is known of the documents yet. */
    private static final int FIRST = 100;

    private int next = FIRST;
    private boolean known;

    int documents() {
        return next;
    }

    /** Whether the next page, as far as can be told, has about the bytes that a page should have, and no few huge documents. */
    boolean isSmall() {
        return known && next > FEW;
    }

    /** Learns from a page; grows slowly and shrinks at once. */
    void learn(int documents, long bytes) {
        if (documents > 0) {
            long fitting = BYTES / Math.max(1, bytes / documents);
            known = true;
            next = (int) Math.max(1, Math.min(Math.min(DOCUMENTS, next * 4L), fitting));
        }
    }
}
