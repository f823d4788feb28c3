package io.tandem.contract.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page docs/traps.md is complete, and every test that it names is there. */
class TrapsPageTest {
    private static final int TRAPS = 45;
    private static final Pattern ROW = Pattern.compile("^\\| (\\d+) \\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|$");
    private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");

    private final Path root = root();

    private static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("docs/traps.md"))) {
            directory = directory.getParent();
            assertThat(directory)
                    .as("a directory with docs/traps.md above this one")
                    .isNotNull();
        }
        return directory;
    }

    private List<Matcher> rows() throws IOException {
        List<Matcher> rows = new ArrayList<>();
        for (String line : Files.readAllLines(root.resolve("docs/traps.md"), StandardCharsets.UTF_8)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows.add(row);
            }
        }
        return rows;
    }

    @Test
    void hasARowForEachTrap() throws IOException {
        assertThat(rows().stream().map(row -> Integer.valueOf(row.group(1))).toList())
                .isEqualTo(IntStream.rangeClosed(1, TRAPS).boxed().toList());
        assertThat(Files.readString(root.resolve("docs/protocol.md"), StandardCharsets.UTF_8))
                .contains("(traps.md)");
    }

    /** By a test that exists; or, without one, by a sentence that the page of the protocol takes up. */
    @Test
    void showsEachByATestThatExists() throws IOException {
        List<String> missing = new ArrayList<>();
        for (Matcher row : rows()) {
            Matcher test = TEST.matcher(row.group(4));
            int named = 0;
            while (test.find()) {
                named++;
                if (!exists(test.group(1), test.group(2))) {
                    missing.add(row.group(1) + ": " + test.group());
                }
            }
            if (named == 0 && !row.group(3).contains("(protocol.md)")) {
                missing.add(row.group(1) + ": no test");
            }
        }
        assertThat(missing).isEmpty();
    }

    private boolean exists(String name, String method) throws IOException {
        Pattern declared =
                Pattern.compile("@(Parameterized)?Test\\b[^;{}]*(\\{[^{}]*}[^;{}]*)?\\bvoid " + method + "\\(");
        for (Path source : sources(name + ".java")) {
            if (declared.matcher(Files.readString(source, StandardCharsets.UTF_8))
                    .find()) {
                return true;
            }
        }
        return false;
    }

    private List<Path> sources(String file) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path tests : modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> paths = Files.walk(tests)) {
                    paths.filter(path -> path.endsWith(file)).forEach(found::add);
                }
            }
        }
        return found;
    }
}
