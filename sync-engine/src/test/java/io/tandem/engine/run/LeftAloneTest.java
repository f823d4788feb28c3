package io.tandem.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.DocKey;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

class LeftAloneTest {
    private static final ContentHash CONTENT = ContentHash.of(new byte[] {1});
    private static final ContentHash CHANGED = ContentHash.of(new byte[] {2});

    private final LeftAlone leftAlone = new LeftAlone();

    private static DocKey key(String collection, int id) {
        return DocKey.of(collection, new BsonInt32(id));
    }

    @Test
    void passesOverAKeyWithJustThatContent() {
        leftAlone.add(key("c", 1), CONTENT);

        assertThat(leftAlone.contains(key("c", 1), CONTENT)).isTrue();
        assertThat(leftAlone.contains(key("c", 1), CHANGED)).isFalse();
        assertThat(leftAlone.contains(key("c", 1), ContentHash.DELETED)).isFalse();
        assertThat(leftAlone.contains(key("c", 2), CONTENT)).isFalse();
    }

    @Test
    void knowsTheLatestContentOnly() {
        leftAlone.add(key("c", 1), CONTENT);

        leftAlone.add(key("c", 1), CHANGED);

        assertThat(leftAlone.contains(key("c", 1), CONTENT)).isFalse();
        assertThat(leftAlone.contains(key("c", 1), CHANGED)).isTrue();
    }

    @Test
    void forgetsAKeyACollectionOrEverything() {
        leftAlone.add(key("c", 1), CONTENT);
        leftAlone.add(key("c", 2), CONTENT);
        leftAlone.add(key("d", 1), CONTENT);

        leftAlone.remove(key("c", 1));
        assertThat(leftAlone.contains(key("c", 1), CONTENT)).isFalse();
        leftAlone.forget("c");
        assertThat(leftAlone.contains(key("c", 2), CONTENT)).isFalse();
        assertThat(leftAlone.contains(key("d", 1), CONTENT)).isTrue();
        leftAlone.clear();

        assertThat(leftAlone.contains(key("d", 1), CONTENT)).isFalse();
    }

    @Test
    void forgetsTheKeyThatWasNotSeenForLongestWhenThereAreTooMany() {
        for (int id = 0; id <= 50_000; id++) {
            leftAlone.add(key("c", id), CONTENT);
            leftAlone.contains(key("c", 0), CONTENT);
        }

        assertThat(leftAlone.contains(key("c", 0), CONTENT)).isTrue();
        assertThat(leftAlone.contains(key("c", 1), CONTENT)).isFalse();
        assertThat(leftAlone.contains(key("c", 2), CONTENT)).isTrue();
    }
}
