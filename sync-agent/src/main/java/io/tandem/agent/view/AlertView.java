package io.tandem.agent.view;

import java.time.Instant;
import java.util.Optional;

/** One alert, raised or cleared. */
@Doc("One alert")
public record AlertView(
        @Doc("The rule, for example queue-size") String rule,
        @Doc("warning or critical") String severity,
        @Doc("raised or cleared") String state,
        @Doc("What was seen, what is allowed") String summary,
        @Doc("What to do") String remedy,
        Instant raisedAt,
        Optional<Instant> clearedAt) {}
