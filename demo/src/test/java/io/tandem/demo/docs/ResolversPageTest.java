package io.tandem.demo.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Version;
import io.tandem.engine.plan.ConflictResolver;
import io.tandem.engine.plan.ConflictResolver.Resolution;
import io.tandem.engine.plan.Resolvers;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import javax.tools.ToolProvider;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rule on the page compiles, is found, and does what it says. */
class ResolversPageTest {
    private static final Path PAGE = Path.of("..", "docs", "resolvers.md");

    @TempDir
    private Path directory = Path.of("");

    @Test
    void theRuleOnThePageIsFoundAndDecides() throws IOException {
        Block code = Block.of(PAGE).stream()
                .filter(block -> block.language().equals("java"))
                .findFirst()
                .orElseThrow();
        Path source = Files.writeString(directory.resolve("LongerText.java"), code.text());
        int result = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "the tests need a JDK")
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        directory.toString(),
                        source.toString());
        assertThat(result).as("javac's exit code").isZero();
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve(ConflictResolver.class.getName()), "LongerText\n");

        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {directory.toUri().toURL()})) {
            ConflictResolver rule = Resolvers.of(ServiceLoader.load(ConflictResolver.class, loader))
                    .get("longer-text", Set.of(), Set.of());

            assertThat(rule.resolve(conflict(text("longer"), text("short")))).isEqualTo(Resolution.LOCAL);
            assertThat(rule.resolve(conflict(text("short"), text("longer")))).isEqualTo(Resolution.HUB);
            assertThat(rule.resolve(conflict(text("same"), text("size")))).isEqualTo(Resolution.HUB);
            assertThat(rule.resolve(conflict(Optional.empty(), text("kept")))).isEqualTo(Resolution.HUB);
            assertThat(rule.resolve(conflict(Optional.of(new BsonDocument()), text("kept"))))
                    .isEqualTo(Resolution.HUB);
        }
    }

    private static Optional<BsonDocument> text(String text) {
        return Optional.of(BsonDocument.parse("{\"text\": \"" + text + "\"}"));
    }

    /** The hub's version is the later one. */
    private static ConflictResolver.Case conflict(Optional<BsonDocument> local, Optional<BsonDocument> hub) {
        return new ConflictResolver.Case(
                DocKey.of("notes", new BsonInt32(1)),
                Optional.empty(),
                local,
                new Version(1, "one"),
                hub,
                new Version(2, "two"));
    }
}
