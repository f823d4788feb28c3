package io.tandem.agent.service;

import io.tandem.agent.backup.CopyProgress;
import io.tandem.agent.view.ProgressView;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Counts what a backup has copied and tells how far it is. Any thread. */
final class BackupProgress implements CopyProgress {
    private final Clock clock;
    private final Instant startedAt;

    /** Guarded by this, as all below: expected documents, an estimate. */
    private long total;

    private long documents;
    private String collection = "";

    BackupProgress(Clock clock) {
        this.clock = clock;
        this.startedAt = clock.instant();
    }

    @Override
    public synchronized void begins(String work, Map<String, Long> expected) {
        total = expected.values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public synchronized void advanced(String from, long more, long bytes) {
        documents += more;
        collection = from;
    }

    synchronized ProgressView view() {
        double seconds =
                Math.max(0.001, Duration.between(startedAt, clock.instant()).toMillis() / 1000.0);
        double rate = documents / seconds;
        long expected = Math.max(total, documents);
        Optional<Long> left = rate > 0 ? Optional.of(Math.round((expected - documents) / rate)) : Optional.empty();
        double percent = expected == 0 ? 0 : 100.0 * documents / expected;
        return new ProgressView("backup", collection, documents, expected, 0, percent, rate, left, startedAt);
    }
}
