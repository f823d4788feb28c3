package io.tandem.agent.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DailyFilesTest {
    private static final Instant NOW = Instant.parse("2026-11-29T21:00:00Z");

    private final ExecutorService threads = Executors.newFixedThreadPool(4);

    @AfterEach
    void end() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void aDayOfLastMonthIsNeverTakenForTodayHoweverManyThreadsAsk() throws Exception {
        DailyFiles.SharedCalendar calendar = new DailyFiles.SharedCalendar();
        Instant monthAgo = calendar.getEndOfNextNthPeriod(NOW, -31);
        Callable<Set<Instant>> asking = () -> {
            Set<Instant> answers = new TreeSet<>();
            for (int i = 0; i < 20_000; i++) {
                answers.add(calendar.getEndOfNextNthPeriod(NOW, -31));
            }
            return answers;
        };

        List<Set<Instant>> answers = new ArrayList<>();
        for (Future<Set<Instant>> asked : threads.invokeAll(List.of(asking, asking, asking, asking))) {
            answers.add(asked.get());
        }

        assertThat(answers).containsOnly(Set.of(monthAgo));
        assertThat(monthAgo).isBetween(Instant.parse("2026-10-28T00:00:00Z"), Instant.parse("2026-10-31T00:00:00Z"));
    }
}
