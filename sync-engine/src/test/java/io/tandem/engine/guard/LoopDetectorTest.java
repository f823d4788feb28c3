package io.tandem.engine.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.fake.HandClock;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import java.time.Duration;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

class LoopDetectorTest {
    private static final DocKey KEY = DocKey.of("c", new BsonInt32(1));
    private static final ContentHash ONE = ContentHash.of(new byte[] {1});
    private static final ContentHash OTHER = ContentHash.of(new byte[] {2});
    private static final int WRITES = 40;

    private final HandClock clock = new HandClock();
    private final LoopDetector loops = new LoopDetector(clock);

    private static Side side(int write) {
        return write % 2 == 0 ? Side.HUB : Side.LOCAL;
    }

    @Test
    void findsADocumentThatTwoContentsTakeTurnsIn() {
        int writes = 0;
        boolean looping = false;
        while (!looping && writes < WRITES) {
            looping = loops.isLooping(KEY, side(writes), writes % 2 == 0 ? ONE : OTHER);
            writes++;
        }

        assertThat(looping).isTrue();
        assertThat(writes).isEqualTo(12); // the first two show nothing, then ten bounces
    }

    @Test
    void doesNotTakeManyChangesOnAlternatingSidesForALoop() {
        for (int write = 0; write < WRITES; write++) {
            ContentHash fresh = ContentHash.of(new byte[] {3, (byte) write});
            assertThat(loops.isLooping(KEY, side(write), fresh)).isFalse();
        }
    }

    @Test
    void doesNotTakeAnApplicationThatTogglesAValueForALoop() {
        for (int write = 0; write < WRITES; write++) {
            assertThat(loops.isLooping(KEY, Side.HUB, write % 2 == 0 ? ONE : OTHER))
                    .isFalse();
        }
    }

    @Test
    void doesNotTakeASlowExchangeForALoop() {
        for (int write = 0; write < WRITES; write++) {
            clock.advance(Duration.ofSeconds(10));
            assertThat(loops.isLooping(KEY, side(write), write % 2 == 0 ? ONE : OTHER))
                    .isFalse();
        }
    }

    @Test
    void countsEachDocumentOnItsOwn() {
        for (int write = 0; write < WRITES; write++) {
            DocKey key = DocKey.of("c", new BsonInt32(write / 11));
            assertThat(loops.isLooping(key, side(write), write % 2 == 0 ? ONE : OTHER))
                    .isFalse();
        }
    }

    @Test
    void beginsAnewAfterItFoundALoop() {
        boolean looping = false;
        for (int write = 0; !looping; write++) {
            looping = loops.isLooping(KEY, side(write), write % 2 == 0 ? ONE : OTHER);
        }

        assertThat(loops.isLooping(KEY, Side.HUB, ONE)).isFalse();
    }
}
