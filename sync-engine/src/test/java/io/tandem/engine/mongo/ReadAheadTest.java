package io.tandem.engine.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.Side;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final Numbers numbers = new Numbers();
    private final ReadAhead<Integer> pages = new ReadAhead<>(numbers, Side.HUB, tasks::add);

    /** Pages of one number each, from 1 to 3. */
    private static final class Numbers implements ReadAhead.Source<Integer> {
        private int read;
        private int closed;
        private boolean small = true;
        private int failures;

        @Override
        public List<Integer> next() {
            if (failures > 0) {
                failures--;
                throw new SyncException(FaultCode.HUB_UNREACHABLE, "gone");
            }
            return read == 3 ? List.of() : List.of(++read);
        }

        @Override
        public boolean isNextSmall() {
            return small;
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private void work() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    @AfterEach
    void nobodyStaysInterrupted() {
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void fetchesThePageBehindTheOneInHandAndNoFurther() {
        assertThat(pages.next()).containsExactly(1);
        assertThat(numbers.read).isEqualTo(1);
        work();
        assertThat(numbers.read).isEqualTo(2);
        assertThat(tasks).isEmpty();
        assertThat(pages.next()).containsExactly(2);
        work();
        assertThat(pages.next()).containsExactly(3);
        work();
        assertThat(pages.next()).isEmpty();
        assertThat(tasks).as("nothing is fetched behind the end").isEmpty();
    }

    @Test
    void fetchesNothingAheadThatMayBeLarge() {
        numbers.small = false;
        assertThat(pages.next()).containsExactly(1);
        assertThat(tasks).isEmpty();
        assertThat(pages.next()).containsExactly(2);
        assertThat(tasks).isEmpty();
    }

    @Test
    void failsWhereThePageIsAskedForAndGoesOnAfterIt() {
        assertThat(pages.next()).containsExactly(1);
        numbers.failures = 1;
        work();
        assertThatThrownBy(pages::next)
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(FaultCode.HUB_UNREACHABLE));
        assertThat(pages.next()).containsExactly(2);
    }

    @Test
    void closesTheSourceAfterThePageOnItsWay() {
        assertThat(pages.next()).containsExactly(1);
        pages.close();
        assertThat(numbers.closed).isZero();
        work();
        assertThat(numbers.closed).isEqualTo(1);
    }

    @Test
    void closesTheSourceAfterAPageThatFailed() {
        assertThat(pages.next()).containsExactly(1);
        numbers.failures = 1;
        pages.close();
        work();
        assertThat(numbers.closed).isEqualTo(1);
    }

    @Test
    void closesTheSourceAtOnceWhenNothingIsOnItsWay() {
        numbers.small = false;
        assertThat(pages.next()).containsExactly(1);
        pages.close();
        assertThat(numbers.closed).isEqualTo(1);
    }

    @Test
    void anInterruptEndsTheWaitAndIsKept() {
        assertThat(pages.next()).containsExactly(1);
        Thread.currentThread().interrupt();
        assertThatThrownBy(pages::next).isInstanceOf(SyncException.class);
        assertThat(Thread.interrupted()).isTrue();
        pages.close();
        assertThat(numbers.closed).isZero();
        work();
        assertThat(numbers.closed).isEqualTo(1);
    }

    @Test
    void readsInTheCallersThreadWhenTheThreadsHaveEnded() {
        Executor ended = task -> {
            throw new RejectedExecutionException("ended");
        };
        ReadAhead<Integer> alone = new ReadAhead<>(numbers, Side.LOCAL, ended);
        assertThat(alone.next()).containsExactly(1);
        assertThat(alone.next()).containsExactly(2);
    }
}
