package io.tandem.engine.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PageSizeTest {
    private static final int KILOBYTE = 1024;
    private static final int MEGABYTE = 1024 * KILOBYTE;

    private final PageSize size = new PageSize();

    @Test
    void beginsSmallAndGrowsSlowlyToItsBounds() {
        assertThat(size.documents()).isEqualTo(100);
        size.learn(100, 100 * 10L);
        assertThat(size.documents()).isEqualTo(400);
        size.learn(400, 400 * 10L);
        size.learn(1_600, 1_600 * 10L);
        assertThat(size.documents()).isEqualTo(2_000);
        size.learn(2_000, 2_000L * 8 * KILOBYTE);
        assertThat(size.documents()).as("two megabytes").isEqualTo(256);
    }

    @Test
    void isSmallOnlyWhenThatIsKnown() {
        assertThat(size.isSmall()).as("nothing is known").isFalse();
        size.learn(100, 100L * KILOBYTE);
        assertThat(size.isSmall()).isTrue();
        size.learn(400, 400L * MEGABYTE);
        assertThat(size.isSmall()).as("documents of a megabyte").isFalse();
        assertThat(size.documents()).isEqualTo(2);
        size.learn(2, 2L * KILOBYTE);
        assertThat(size.isSmall()).as("too few to tell").isFalse();
        size.learn(8, 8L * KILOBYTE);
        assertThat(size.isSmall()).isTrue();
    }
}
