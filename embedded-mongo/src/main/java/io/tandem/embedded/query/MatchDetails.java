package io.tandem.embedded.query;

/** Which array element a filter matched, for the positional operator `$`. One thread. */
public final class MatchDetails {
    /** No array element took part in the match. */
    public static final int NONE = -1;

    private int position = NONE;

    public int position() {
        return position;
    }

    void note(int index) {
        position = index;
    }

    public void clear() {
        position = NONE;
    }
}
