package io.tandem.embedded.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ChangeLogTest {
    private static final long LONG_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final ChangeLog log = new ChangeLog(new ServerClock(), 1000, 1_000_000);

    private void append() {
        LogEntry entry = new LogEntry(
                0,
                0,
                0,
                LogEntry.Kind.DROP,
                new Namespace("d", "c"),
                new UUID(1, 2),
                null,
                null,
                null,
                null,
                null,
                false,
                null);
        log.append(List.of(entry), false, placed -> {});
    }

    /** A reader that waits for the next entry, and then says how many there were for it. */
    private CompletableFuture<Integer> reader() throws InterruptedException {
        CompletableFuture<Integer> found = new CompletableFuture<>();
        long position = log.firstPosition() + log.size();
        Thread thread = new Thread(() -> {
            try {
                boolean some = log.await(position, System.nanoTime() + LONG_NANOS);
                found.complete(some ? log.read(position, 100).entries().size() : -1);
            } catch (InterruptedException e) {
                found.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        return found;
    }

    @Test
    void aWaitingReaderIsToldOfManyChangesAtOnce() throws Exception {
        CompletableFuture<Integer> reader = reader();
        append();
        append();
        append();
        assertThat(reader).isNotDone();
        log.announce();
        assertThat(reader.get(30, TimeUnit.SECONDS)).isEqualTo(3);
    }

    @Test
    void aReaderThatComesLaterDoesNotWaitForTheAnnouncement() throws Exception {
        append();
        assertThat(log.await(log.firstPosition(), System.nanoTime() + LONG_NANOS))
                .isTrue();
    }

    @Test
    void anAnnouncementOfNothingWakesNobody() throws Exception {
        append();
        log.announce();
        CompletableFuture<Integer> reader = reader();
        log.announce();
        assertThat(reader).isNotDone();
        append();
        log.announce();
        assertThat(reader.get(30, TimeUnit.SECONDS)).isEqualTo(1);
    }
}
