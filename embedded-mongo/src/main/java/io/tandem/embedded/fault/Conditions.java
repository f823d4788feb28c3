package io.tandem.embedded.fault;

/**
 * How a proxy treats what passes through it. Immutable.
 *
 * @param stalled whether nothing passes
 * @param delayNanos how long each message is held back; 0 for not at all
 * @param bytesPerSecond the speed of each direction of each connection; 0 for no limit
 */
record Conditions(boolean stalled, long delayNanos, long bytesPerSecond) {

    static final Conditions GOOD = new Conditions(false, 0, 0);

    Conditions withStalled(boolean newStalled) {
        return new Conditions(newStalled, delayNanos, bytesPerSecond);
    }

    Conditions withDelayNanos(long newDelayNanos) {
        return new Conditions(stalled, newDelayNanos, bytesPerSecond);
    }

    Conditions withBytesPerSecond(long newBytesPerSecond) {
        return new Conditions(stalled, delayNanos, newBytesPerSecond);
    }
}
