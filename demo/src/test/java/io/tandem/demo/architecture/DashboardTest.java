package io.tandem.demo.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard's own files speak to the agent's REST interface and load nothing from anywhere else. */
class DashboardTest {

    private static final Path DASHBOARD = Path.of("../sync-agent/src/main/resources/dashboard");

    /** Where a page may send requests: the documented interface, all below these paths of the same host. */
    private static final Pattern REST =
            Pattern.compile("/(api|monitoring|metrics|livez|readyz|docs|openapi\\.json)\\b.*");

    private static final Pattern ELSEWHERE = Pattern.compile("\\b(?:https?|wss?|mongodb(?:\\+srv)?)://[^\\s\"'`<>)]*");
    private static final Pattern REQUEST =
            Pattern.compile("\\b(?:fetch|EventSource|WebSocket|sendBeacon)\\s*\\(\\s*([\"'`])(.*?)\\1");

    /** Names of things that look like addresses but are never loaded. */
    private static final Pattern XML_NAMESPACE = Pattern.compile("http://www\\.w3\\.org/.*");

    @TempDir
    private Path directory = Path.of("unset");

    @Test
    void theDashboardSpeaksToRestOnly() throws IOException {
        assertThat(violations(DASHBOARD)).isEmpty();
    }

    @Test
    void anAddressElsewhereAndAnUndocumentedPathAreFound() throws IOException {
        Files.writeString(
                directory.resolve("bad.js"), "fetch('/internal/engine');\nimport x from 'https://cdn.example/x.js';\n");
        Files.writeString(directory.resolve("good.js"), "fetch(`/api/health?x=${y}`); new EventSource('/api/events');");
        Files.writeString(directory.resolve("good.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");

        assertThat(violations(directory))
                .containsExactly("bad.js: requests /internal/engine", "bad.js: names https://cdn.example/x.js");
    }

    private static List<String> violations(Path directory) throws IOException {
        List<String> found = new ArrayList<>();
        if (!Files.exists(directory)) {
            return found;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(DashboardTest::isOwnText).sorted().toList()) {
                collect(directory.relativize(file).toString(), Files.readString(file), found);
            }
        }
        return found;
    }

    private static boolean isOwnText(Path file) {
        return file.toString().matches(".*\\.(js|mjs|html|css|svg)")
                && !file.toString().contains("vendor");
    }

    private static void collect(String name, String text, List<String> found) {
        for (Matcher request = REQUEST.matcher(text); request.find(); ) {
            if (!REST.matcher(request.group(2)).matches()) {
                found.add(name + ": requests " + request.group(2));
            }
        }
        for (Matcher address = ELSEWHERE.matcher(text); address.find(); ) {
            if (!XML_NAMESPACE.matcher(address.group()).matches()) {
                found.add(name + ": names " + address.group());
            }
        }
    }
}
