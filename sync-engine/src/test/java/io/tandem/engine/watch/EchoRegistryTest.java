package io.tandem.engine.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.fake.HandClock;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import java.time.Duration;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.junit.jupiter.api.Test;

class EchoRegistryTest {
    private static final DocKey KEY = DocKey.of("c", new BsonInt32(1));

    private final HandClock clock = new HandClock();
    private final EchoRegistry echoes = new EchoRegistry(clock);

    @Test
    void knowsAnEchoExactlyOnce() {
        echoes.expect(Side.HUB, KEY, false);

        assertThat(echoes.isEcho(Side.HUB, KEY, false)).isTrue();
        assertThat(echoes.isEcho(Side.HUB, KEY, false)).isFalse();
    }

    @Test
    void keepsTheSidesApart() {
        echoes.expect(Side.HUB, KEY, false);

        assertThat(echoes.isEcho(Side.LOCAL, KEY, false)).isFalse();
        assertThat(echoes.isEcho(Side.HUB, KEY, false)).isTrue();
    }

    @Test
    void takesAnEventOfTheOtherKindForNoEchoAndExpectsNothingMore() {
        echoes.expect(Side.HUB, KEY, true);

        assertThat(echoes.isEcho(Side.HUB, KEY, false)).isFalse();
        assertThat(echoes.isEcho(Side.HUB, KEY, true)).isFalse();
    }

    @Test
    void knowsAnEchoWhoseIdHasAnotherNumberType() {
        echoes.expect(Side.HUB, KEY, false);

        assertThat(echoes.isEcho(Side.HUB, DocKey.of("c", new BsonInt64(1)), false))
                .isTrue();
    }

    @Test
    void expectsNothingOfAWriteThatDidNotTakePlace() {
        echoes.expect(Side.LOCAL, KEY, false);

        echoes.withdraw(Side.LOCAL, KEY);

        assertThat(echoes.isEcho(Side.LOCAL, KEY, false)).isFalse();
    }

    @Test
    void forgetsOneSideOnly() {
        echoes.expect(Side.LOCAL, KEY, false);
        echoes.expect(Side.HUB, KEY, false);

        echoes.forget(Side.LOCAL);

        assertThat(echoes.isEcho(Side.LOCAL, KEY, false)).isFalse();
        assertThat(echoes.isEcho(Side.HUB, KEY, false)).isTrue();
    }

    @Test
    void forgetsWhatIsExpectedForTooLongAndNothingYounger() {
        DocKey younger = DocKey.of("c", new BsonInt32(2));
        echoes.expect(Side.HUB, KEY, false);
        clock.advance(Duration.ofMinutes(5));
        echoes.expect(Side.HUB, younger, false);
        clock.advance(Duration.ofMinutes(5));

        echoes.cleanUp(Duration.ofMinutes(6));

        assertThat(echoes.isEcho(Side.HUB, KEY, false)).isFalse();
        assertThat(echoes.isEcho(Side.HUB, younger, false)).isTrue();
    }
}
