package io.tandem.engine.status;

import java.util.Optional;

/**
 * What to verify.
 *
 * @param collection only this one, or all
 * @param samplePercent share of the keys to look at, above 0 up to 100
 * @param repair whether differing keys are handed to the engine
 * @param listLimit differing keys listed per collection, 0 to 1000
 * @param progress called about every second from the verifying thread
 */
public record VerifyRequest(
        Optional<String> collection,
        double samplePercent,
        boolean repair,
        int listLimit,
        java.util.function.Consumer<ResyncProgress> progress) {
    public VerifyRequest {
        if (!(samplePercent > 0 && samplePercent <= 100)) {
            throw new IllegalArgumentException("samplePercent " + samplePercent + " is not above 0 and up to 100");
        }
        if (listLimit < 0 || listLimit > 1000) {
            throw new IllegalArgumentException("listLimit " + listLimit + " is not in 0..1000");
        }
    }

    /** Everything, without repair. */
    public static VerifyRequest everything() {
        return new VerifyRequest(Optional.empty(), 100, false, 20, progress -> {});
    }
}
