package io.tandem.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/configuration.md} to the registry; {@code -Dtandem.docs.write=true} writes it anew. */
class ConfigurationPageTest {
    private static final String BEGIN = "<!-- settings: written from the registry -->\n";
    private static final String END = "<!-- end of settings -->\n";

    @Test
    void thePageSaysWhatTheRegistrySays() throws IOException {
        Path page = root().resolve("docs/configuration.md");
        String text = Files.readString(page);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        assertThat(begin)
                .as("the page has its marks")
                .isGreaterThan(BEGIN.length() - 1)
                .isLessThanOrEqualTo(end);

        if (Boolean.getBoolean("tandem.docs.write")) {
            Files.writeString(page, text.substring(0, begin) + rendered() + text.substring(end));
        }

        String now = Files.readString(page);
        assertThat(now.substring(now.indexOf(BEGIN) + BEGIN.length(), now.indexOf(END)))
                .as("docs/configuration.md is out of date: run this test with -Dtandem.docs.write=true")
                .isEqualTo(rendered());
    }

    static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("LICENSE"))) {
            Path parent = directory.getParent();
            if (parent == null) {
                throw new IllegalStateException("not inside the project");
            }
            directory = parent;
        }
        return directory;
    }

    private static String rendered() {
        StringBuilder text = new StringBuilder();
        for (Setting.Group group : Setting.Group.values()) {
            List<Setting<?>> settings =
                    Settings.all().stream().filter(one -> one.group() == group).toList();
            text.append("\n## ").append(group.title()).append("\n");
            for (Setting<?> setting : settings) {
                text.append("\n### `")
                        .append(setting.name())
                        .append("`\n\n")
                        .append(setting.meaning())
                        .append("\n\n");
                text.append("- Default: ").append(defaultOf(setting)).append("\n");
                text.append("- Allowed: it ").append(setting.rule()).append(".\n");
                text.append("- Example: `")
                        .append(setting.name())
                        .append("=")
                        .append(setting.example())
                        .append("`\n");
                if (setting.secret()) {
                    text.append("- Secret: shown as `")
                            .append(setting.masked(setting.example()))
                            .append("`\n");
                }
            }
        }
        return text.append("\n").toString();
    }

    private static String defaultOf(Setting<?> setting) {
        if (setting.required()) {
            return "none; it must be set";
        }
        return setting.defaultText().isEmpty() ? "empty" : "`" + setting.defaultText() + "`";
    }
}
