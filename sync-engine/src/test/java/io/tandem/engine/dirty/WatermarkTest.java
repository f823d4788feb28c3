package io.tandem.engine.dirty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WatermarkTest {
    private final Watermark<String> watermark = new Watermark<>(3);

    @Test
    void startsNowhereAndSettled() {
        assertThat(watermark.reached()).isEmpty();
        assertThat(watermark.isSettled()).isTrue();
    }

    @Test
    void stopsBeforeTheFirstUnsettledPlace() {
        Ticket first = watermark.pass("a");
        Ticket second = watermark.pass("b");

        second.settle();

        assertThat(watermark.reached()).isEmpty();
        first.settle();
        assertThat(watermark.reached()).hasValue("b");
    }

    @Test
    void doesNotGoPastAnOpenPlaceToAnIdleOne() {
        watermark.passIdle("a");
        Ticket open = watermark.pass("b");
        watermark.passIdle("c");

        assertThat(watermark.reached()).hasValue("a");
        open.settle();
        assertThat(watermark.reached()).hasValue("c");
    }

    @Test
    void movesAlongIdlePlacesAtOnceWhenNothingIsOpen() {
        watermark.passIdle("a");
        watermark.passIdle("b");

        assertThat(watermark.reached()).hasValue("b");
        assertThat(watermark.isSettled()).isTrue();
    }

    @Test
    void keepsARunOfIdlePlacesAsOneEntry() {
        watermark.pass("a");
        for (int i = 0; i < 1_000; i++) {
            watermark.passIdle("idle " + i);
        }
        assertThat(watermark.isFull()).isFalse();

        watermark.pass("z");

        assertThat(watermark.isFull()).isTrue();
    }

    @Test
    void doesNotStretchAPlaceThatIsSettledBehindAnOpenOneBeyondWhatFollowedIt() {
        Ticket open = watermark.pass("a");
        Ticket behind = watermark.pass("b");
        behind.settle();
        watermark.passIdle("c");
        Ticket later = watermark.pass("d");

        open.settle();

        assertThat(watermark.reached()).hasValue("c");
        later.settle();
        assertThat(watermark.reached()).hasValue("d");
    }

    @Test
    void toleratesATicketThatIsSettledTwice() {
        Ticket first = watermark.pass("a");
        first.settle();
        Ticket second = watermark.pass("b");

        first.settle();

        assertThat(watermark.reached()).hasValue("a");
        assertThat(watermark.isSettled()).isFalse();
        second.settle();
        assertThat(watermark.reached()).hasValue("b");
    }

    @Test
    void hasRoomAgainWhenItsOldestPlaceIsSettled() {
        Ticket oldest = watermark.pass("a");
        watermark.pass("b");
        watermark.pass("c");
        assertThat(watermark.isFull()).isTrue();

        oldest.settle();

        assertThat(watermark.isFull()).isFalse();
    }
}
