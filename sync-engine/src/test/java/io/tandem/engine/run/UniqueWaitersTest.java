package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.fake.HandClock;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import java.time.Duration;
import java.util.List;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

class UniqueWaitersTest {
    private static final Duration PAUSE = Duration.ofNanos(UniqueWaiters.FIRST_PAUSE_NANOS);

    private final HandClock clock = new HandClock();
    private final UniqueWaiters waiters = new UniqueWaiters(clock);

    private static DocKey key(int id) {
        return DocKey.of("c", new BsonInt32(id));
    }

    private void refuse(int id) {
        waiters.refused(key(id), Side.HUB, false);
    }

    /** Lets a key come to rest: the free guess after the first refusal is made, and wrong. */
    private void settle(int id) {
        refuse(id);
        clock.advance(PAUSE);
        assertThat(waiters.guesses(10)).contains(key(id));
        refuse(id);
        clock.advance(PAUSE.multipliedBy(2));
    }

    @Test
    void guessesOnceWithoutAChangeSinceThatMayHaveComeBeforeTheRefusal() {
        refuse(1);
        assertThat(waiters.guesses(10)).isEmpty();
        clock.advance(PAUSE);

        assertThat(waiters.guesses(10)).containsExactly(key(1));

        refuse(1);
        clock.advance(Duration.ofDays(1));
        assertThat(waiters.guesses(10)).isEmpty();
    }

    @Test
    void guessesAfterAChangeInTheCollectionOnThatSideAndAfterNoOther() {
        settle(1);
        waiters.changed(Side.LOCAL, "c");
        waiters.changed(Side.HUB, "d");
        assertThat(waiters.guesses(10)).isEmpty();

        waiters.changed(Side.HUB, "c");

        assertThat(waiters.guesses(10)).containsExactly(key(1));
        assertThat(waiters.isGuess(key(1))).isTrue();
    }

    @Test
    void guessesAgainWhenTheChangeCameDuringTheGuess() {
        settle(1);
        waiters.changed(Side.HUB, "c");
        waiters.guesses(10);
        waiters.changed(Side.HUB, "c");

        refuse(1);

        clock.advance(PAUSE.multipliedBy(4));
        assertThat(waiters.guesses(10)).containsExactly(key(1));
    }

    @Test
    void doublesThePauseWithEveryWrongGuessHoweverMuchChanges() {
        refuse(1);
        int guesses = 0;
        for (int turn = 0; turn < 4 * 3600; turn++) { // an hour of changes
            clock.advance(PAUSE);
            waiters.changed(Side.HUB, "c");
            if (!waiters.guesses(10).isEmpty()) {
                guesses++;
                refuse(1);
            }
        }
        assertThat(guesses).isBetween(10, 14);
    }

    @Test
    void beginsWithTheShortestPauseAgainWhenAnotherKeyWasWritten() {
        settle(1);
        settle(2);
        for (int i = 0; i < 5; i++) {
            waiters.changed(Side.HUB, "c");
            clock.advance(Duration.ofMinutes(1));
            assertThat(waiters.guesses(10)).hasSize(2);
            refuse(1);
            refuse(2);
        }
        waiters.changed(Side.HUB, "c");
        assertThat(waiters.guesses(10)).isEmpty();

        waiters.written(key(1));

        assertThat(waiters.guesses(10)).containsExactly(key(2));
    }

    @Test
    void beginsAnewWithADocumentThatWasChanged() {
        settle(1);

        waiters.refused(key(1), Side.HUB, true);

        clock.advance(PAUSE);
        assertThat(waiters.guesses(10)).containsExactly(key(1));
    }

    @Test
    void guessesAtAFewKeysAtATimeInTurn() {
        for (int id = 1; id <= 5; id++) {
            refuse(id);
        }
        clock.advance(PAUSE);

        assertThat(waiters.guesses(2)).containsExactly(key(1), key(2));
        assertThat(waiters.guesses(2)).containsExactly(key(3), key(4));
        waiters.changed(Side.HUB, "c");
        assertThat(waiters.guesses(10)).containsExactly(key(5), key(1), key(2), key(3), key(4));
    }

    @Test
    void forgetsAKeyThatWaitsNoLonger() {
        settle(1);
        settle(2);
        settle(3);
        waiters.forget(key(1));
        waiters.changed(Side.HUB, "c");
        assertThat(waiters.guesses(10)).isEqualTo(List.of(key(2), key(3)));

        waiters.clear();

        waiters.changed(Side.HUB, "c");
        assertThat(waiters.guesses(10)).isEmpty();
    }
}
