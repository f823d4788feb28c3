package io.tandem.engine.write;

import io.tandem.engine.fault.FaultCode;

/** What became of one write. */
public sealed interface Outcome {
    Outcome APPLIED = new Applied();
    Outcome MISSED = new Missed();
    Outcome UNKNOWN = new Unknown();

    /** It took place, majority-committed. */
    record Applied() implements Outcome {}

    /** It did not take place, since something else is stored than was seen: look at the key again. */
    record Missed() implements Outcome {}

    /** It is not known whether it took place: look at the key again. */
    record Unknown() implements Outcome {}

    /**
     * The server refuses this document.
     *
     * @param code why
     * @param message what the server said, without document content
     */
    record Refused(FaultCode code, String message) implements Outcome {}
}
