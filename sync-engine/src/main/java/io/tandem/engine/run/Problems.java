package io.tandem.engine.run;

import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.status.Problem;
import io.tandem.engine.status.Problem.Severity;
import io.tandem.engine.time.Ticker;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What is wrong now, each thing once. Thread-safe. */
final class Problems {
    private record Id(FaultCode code, String subject) {}

    private final Ticker ticker;
    private final Map<Id, Problem> current = new ConcurrentHashMap<>();

    Problems(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Notes a problem, or its newest detail; returns whether it is new. */
    boolean raise(FaultCode code, Severity severity, String subject, String detail) {
        Id id = new Id(code, subject);
        Problem before = current.get(id);
        Instant since = before == null ? Instant.ofEpochMilli(ticker.millis()) : before.since();
        current.put(id, new Problem(code, severity, subject, detail, since));
        return before == null;
    }

    /** Ends a problem; returns whether there was one. */
    boolean clear(FaultCode code, String subject) {
        return current.remove(new Id(code, subject)) != null;
    }

    boolean isRaised(FaultCode code, String subject) {
        return current.containsKey(new Id(code, subject));
    }

    List<Problem> list() {
        return current.values().stream()
                .sorted(Comparator.comparing(Problem::severity).reversed().thenComparing(Problem::since))
                .toList();
    }
}
