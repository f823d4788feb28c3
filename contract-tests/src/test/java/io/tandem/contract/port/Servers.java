package io.tandem.contract.port;

import io.tandem.embedded.EmbeddedMongo;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The servers that tests run on: embedded ones, or those that {@code TANDEM_TEST_LOCAL_URI}, {@code TANDEM_TEST_HUB_URI} and
 * {@code TANDEM_TEST_STANDALONE_URI} name. Started once and left to the end of the JVM.
 */
public final class Servers {
    private static @Nullable EmbeddedMongo local;
    private static @Nullable EmbeddedMongo hub;
    private static @Nullable EmbeddedMongo standalone;

    private Servers() {}

    public static boolean areReal() {
        return given("TANDEM_TEST_LOCAL_URI").isPresent()
                && given("TANDEM_TEST_HUB_URI").isPresent();
    }

    private static Optional<String> given(String variable) {
        return Optional.ofNullable(System.getenv(variable)).filter(uri -> !uri.isBlank());
    }

    public static synchronized String localUri() {
        return given("TANDEM_TEST_LOCAL_URI").orElseGet(() -> {
            if (local == null) {
                local = EmbeddedMongo.builder().build().start();
            }
            return local.uri();
        });
    }

    public static synchronized String hubUri() {
        return given("TANDEM_TEST_HUB_URI").orElseGet(() -> {
            if (hub == null) {
                hub = EmbeddedMongo.builder().build().start();
            }
            return hub.uri();
        });
    }

    /** A device's server without change streams. */
    public static synchronized String standaloneUri() {
        return given("TANDEM_TEST_STANDALONE_URI").orElseGet(() -> {
            if (standalone == null) {
                standalone = EmbeddedMongo.builder().standalone().build().start();
            }
            return standalone.uri();
        });
    }
}
