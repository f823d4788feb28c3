package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchSizeTest {
    private static final long MEGABYTE = 1024 * 1024;

    private final BatchSize size = new BatchSize(100, 4);

    @Test
    void isWhatWasConfiguredWhileDocumentsAreSmall() {
        assertThat(size.keys()).isEqualTo(100);
        size.learn(2_000);
        assertThat(size.keys()).isEqualTo(100);
    }

    @Test
    void isAWorkersShareOfABacklogWhereDocumentsAreKnownToBeSmall() {
        assertThat(size.keys(10_000)).isEqualTo(100);
        size.learn(2_000);

        assertThat(size.keys(10_000)).isEqualTo(400);
        assertThat(size.keys(1_000)).isEqualTo(250);
        assertThat(size.keys(300)).isEqualTo(100);
        assertThat(size.keys(0)).isEqualTo(100);
    }

    @Test
    void ofABacklogIsBoundedByTheDocumentsToo() {
        size.learn(2_000);
        size.learn(20_000);
        assertThat(size.keys(10_000)).isEqualTo(209);
        size.learn(100_000);
        assertThat(size.keys(10_000)).isEqualTo(41);
    }

    @Test
    void neverExceedsTheKeysOfAStatement() {
        BatchSize large = new BatchSize(600, 1);
        large.learn(10);
        assertThat(large.keys(10_000)).isEqualTo(1000);
    }

    @Test
    void shrinksAtOnceAndGrowsSlowly() {
        size.learn(8 * MEGABYTE);
        assertThat(size.keys()).isEqualTo(1);
        size.learn(1_000);
        assertThat(size.keys()).isEqualTo(4);
        size.learn(1_000);
        size.learn(1_000);
        size.learn(1_000);
        assertThat(size.keys()).isEqualTo(100);
    }

    @Test
    void letsOneWorkerAtATimeHaveVeryLargeDocuments() {
        size.learn(8 * MEGABYTE);
        Optional<Runnable> first = size.begin();
        assertThat(first).isPresent();
        assertThat(size.begin()).isEmpty();

        first.orElseThrow().run();

        assertThat(size.begin()).isPresent();
    }

    @Test
    void letsAllWorkersHaveSmallDocuments() {
        size.learn(100_000);
        assertThat(size.begin()).isPresent();
        assertThat(size.begin()).isPresent();
    }

    @Test
    void letsOneWorkerWithOneKeyTryAgainAfterMemoryRanOut() {
        size.starve();
        assertThat(size.keys()).isEqualTo(1);
        assertThat(size.keys(10_000)).isEqualTo(1);
        assertThat(size.begin()).isPresent();
        assertThat(size.begin()).isEmpty();
    }
}
