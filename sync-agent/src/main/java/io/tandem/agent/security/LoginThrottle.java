package io.tandem.agent.security;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Slows down guessing: an address that fails to log in too often waits. Any thread. Remembers a bounded number of addresses; the oldest is
 * forgotten first.
 */
public final class LoginThrottle {
    /** Typing mistakes and a badly configured dashboard stay below this. */
    static final int FAILURES_MAX = 10;

    static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int ADDRESSES_MAX = 10_000;

    private final Clock clock;

    /** Guarded by this. */
    private final Map<String, Failures> byAddress = new LinkedHashMap<>();

    private record Failures(int count, Instant since) {}

    public LoginThrottle(Clock clock) {
        this.clock = clock;
    }

    /** How long this address must wait; empty when it may try. */
    public synchronized Optional<Duration> mustWait(String address) {
        Failures failures = byAddress.get(address);
        if (failures == null) {
            return Optional.empty();
        }
        Duration left = Duration.between(clock.instant(), failures.since().plus(WINDOW));
        if (left.isNegative() || left.isZero()) {
            byAddress.remove(address);
            return Optional.empty();
        }
        return failures.count() >= FAILURES_MAX ? Optional.of(left) : Optional.empty();
    }

    /** Counts a failed login; true when the address must wait from now on. */
    public synchronized boolean failed(String address) {
        Failures before = byAddress.remove(address);
        boolean counts = before != null && before.since().plus(WINDOW).isAfter(clock.instant());
        Failures now = before != null && counts
                ? new Failures(before.count() + 1, before.since())
                : new Failures(1, clock.instant());
        byAddress.put(address, now);
        if (byAddress.size() > ADDRESSES_MAX) {
            byAddress.remove(byAddress.keySet().iterator().next());
        }
        return now.count() >= FAILURES_MAX;
    }
}
