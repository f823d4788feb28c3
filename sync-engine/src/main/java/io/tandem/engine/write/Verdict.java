package io.tandem.engine.write;

import io.tandem.engine.model.Side;
import java.util.Optional;

/**
 * What became of one plan.
 *
 * @param kind what happens to the key now
 * @param refusal why the server refused it, if it did
 * @param side where it was written last
 */
public record Verdict(Kind kind, Optional<Outcome.Refused> refusal, Side side) {
    /** What happens to the key. */
    public enum Kind {
        /** It is in step. */
        DONE,
        /** A step on the way was made: it is looked at again for the next. */
        STEP,
        /** Nothing was written: it has to be looked at again. */
        AGAIN,
        /** It waits in quarantine. */
        REFUSED
    }
}
