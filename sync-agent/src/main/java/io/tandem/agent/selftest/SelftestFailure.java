package io.tandem.agent.selftest;

/** A selftest's check that did not hold; the message is the reason, for the operator. */
final class SelftestFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String check;

    /**
     * @param check the line that would have had a check mark
     * @param reason what was seen instead
     */
    SelftestFailure(String check, String reason) {
        super(reason);
        this.check = check;
    }

    String check() {
        return check;
    }
}
