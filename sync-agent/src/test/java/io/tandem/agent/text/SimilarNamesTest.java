package io.tandem.agent.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SimilarNamesTest {

    @Test
    void countsEachKindOfEditOnce() {
        assertThat(SimilarNames.edits("serve", "serve")).isZero();
        assertThat(SimilarNames.edits("serv", "serve")).isEqualTo(1);
        assertThat(SimilarNames.edits("sserve", "serve")).isEqualTo(1);
        assertThat(SimilarNames.edits("sarve", "serve")).isEqualTo(1);
        assertThat(SimilarNames.edits("sevre", "serve")).isEqualTo(1);
        assertThat(SimilarNames.edits("", "serve")).isEqualTo(5);
    }

    @Test
    void putsTheNearestNameFirstAndKeepsToTheLimit() {
        assertThat(SimilarNames.to("stats", List.of("start", "status", "serve", "state"), 0.5, 2))
                .containsExactly("state", "status");
    }

    @Test
    void findsABeginningOfAName() {
        assertThat(SimilarNames.to("conf", List.of("conflicts", "serve"), 0.2, 3))
                .containsExactly("conflicts");
    }
}
