package io.tandem.agent.view;

import java.time.Instant;
import java.util.Optional;

/** How far long work is. */
@Doc("How far long work is")
public record ProgressView(
        @Doc("Why it runs") String reason,
        @Doc("The collection being compared") String collection,
        @Doc("Documents compared so far") long documents,
        @Doc("Documents to compare, estimated") long total,
        @Doc("Documents found to differ so far") long differing,
        @Doc("0 to 100") double percent,
        @Doc("Documents compared per second") double perSecond,

        @Doc("Seconds left at that rate; null until it can be told")
        Optional<Long> remainingSeconds,

        @Doc("When it started") Instant startedAt) {}
