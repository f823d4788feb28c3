package io.tandem.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MongoUriTest {

    @Test
    void thePasswordEndsAtTheCredentialsNotAtAnAtInAnOption() {
        MongoUri uri = MongoUri.parse("mongodb://shop:planted%40pw@h:27017/x?appName=me@home&w=1");

        assertThat(uri.password()).hasValue("planted%40pw");
        assertThat(uri.user()).hasValue("shop");
        assertThat(uri.hosts()).containsExactly("h:27017");
        assertThat(uri.masked()).isEqualTo("mongodb://shop:<hidden>@h:27017/x?appName=me@home&w=1");
        MongoUri open = MongoUri.parse("mongodb://h:27017/x?appName=me@home");
        assertThat(open.password()).isEmpty();
        assertThat(open.user()).isEmpty();
        assertThat(open.masked()).isEqualTo("mongodb://h:27017/x?appName=me@home");
    }

    @Test
    void whatAPasswordMustEncodeIsRefusedHereAndNotLaterAsAMissingServer() {
        for (String credentials : List.of(
                "u:planted/pw",
                "u:planted?pw",
                "u:planted#pw",
                "u:planted[pw",
                "u:planted%zz",
                "u:planted@pw",
                "u:planted:pw",
                "u:planted pw")) {
            String text = "mongodb://" + credentials + "@h/x";
            assertThatThrownBy(() -> MongoUri.parse(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("URL-encoded")
                    .message()
                    .doesNotContain("planted");
            assertThatThrownBy(() -> ConfigLoader.of(Map.of("MONGODB_URI", text, "MONGODB_ATLAS_URI", text)))
                    .as(text)
                    .isInstanceOf(ConfigException.class)
                    .message()
                    .doesNotContain("planted");
        }
    }

    @Test
    void namesHostsAndDatabase() {
        MongoUri uri = MongoUri.parse("mongodb://a,b:27018,[::1]:27019/shop?replicaSet=rs0");

        assertThat(uri.hosts()).containsExactly("a", "b:27018", "[::1]:27019");
        assertThat(uri.database()).hasValue("shop");
        assertThat(uri.sameHosts(MongoUri.parse("mongodb://[::1]:27019,B:27018,A:27017")))
                .isTrue();
        assertThat(uri.sameHosts(MongoUri.parse("mongodb://a"))).isFalse();
        assertThat(uri).asString().doesNotContain("Optional[planted");
    }
}
