package io.tandem.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.agent.config.ConfigLoader;
import io.tandem.agent.service.FakeEngine;
import io.tandem.agent.service.FakeServices;
import io.tandem.agent.service.Statuses;
import io.tandem.agent.view.HistoryView;
import io.tandem.engine.status.EngineStatus;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final Instant BEGIN = Instant.parse("2026-11-22T10:00:00Z");

    private final FakeServices.Pair pair = FakeServices.create(
            ConfigLoader.of(Map.of("MONGODB_URI", "mongodb://localhost/a", "MONGODB_ATLAS_URI", "mongodb://hub/a")));
    private final History history = new History();

    @Test
    void twoSecondsFoldIntoOneFinePoint() {
        record(queue(4), 0);
        record(queue(10), 1);
        record(queue(2), 2);

        HistoryView view = history.view(15);

        assertThat(view.stepSeconds()).isEqualTo(2);
        assertThat(view.time()).containsExactly(BEGIN.getEpochSecond(), BEGIN.getEpochSecond() + 2);
        assertThat(view.queueSize()).containsExactly(10.0, 2.0);
        assertThat(view.atlasToLocal().p95()).containsExactly(20.0, 20.0);
        assertThat(view.at()).isEqualTo(BEGIN.plusSeconds(2));
    }

    @Test
    void theWorstHealthOfAStepStays() {
        record(FakeEngine.healthy(true), 0);
        record(
                new Statuses(FakeEngine.healthy(true))
                        .flow(EngineStatus.Flow.BLIND)
                        .build(),
                1);
        record(FakeEngine.healthy(true), 2);

        assertThat(history.view(15).health()).containsExactly(0.0, 2.0);
        assertThat(history.view(60).health()).containsExactly(0.0);
    }

    @Test
    void memoryIsBoundedWhateverIsAskedFor() {
        for (int second = 0; second < 3_000; second++) {
            record(queue(second), second);
        }

        assertThat(history.view(15).time()).hasSize(450);
        assertThat(history.view(1).time()).hasSize(30);
        assertThat(history.view(1440).time()).hasSize(50).isSorted();
        assertThat(history.view(15).queueSize().get(449)).isEqualTo(2_999.0);
    }

    @Test
    void aClockThatGoesBackAddsToTheNewestPoint() {
        record(queue(1), 10);
        record(queue(7), 4);

        assertThat(history.view(15).time()).hasSize(1);
        assertThat(history.view(15).queueSize()).containsExactly(7.0);
    }

    @Test
    void nothingRecordedIsAnEmptyAnswer() {
        assertThat(history.view(15).time()).isEmpty();
        assertThat(history.view(15).at()).isEqualTo(Instant.EPOCH);
    }

    private static EngineStatus queue(long size) {
        return new Statuses(FakeEngine.healthy(true)).queueSize(size).build();
    }

    private void record(EngineStatus status, long second) {
        pair.engine().say(status);
        history.record(pair.service().health(), pair.service().metrics(), BEGIN.plusSeconds(second));
    }
}
