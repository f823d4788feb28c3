package io.tandem.agent.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What can be known of the dashboard's files without a browser. */
class DashboardAssetsTest {

    private static final Path ROOT = Path.of("src/main/resources/dashboard");
    private static final Path VENDOR = ROOT.resolve("vendor");

    @Test
    void vendoredFilesAreTheOnesThatWereChecked() throws Exception {
        Map<String, String> expected = new TreeMap<>();
        for (String line : Files.readAllLines(VENDOR.resolve("SHA256SUMS"))) {
            String[] hashAndName = line.split(" +", 2);
            expected.put(hashAndName[1], hashAndName[0]);
        }
        Map<String, String> found = new TreeMap<>();
        for (Path file : filesBelow(VENDOR)) {
            String name = file.getFileName().toString();
            if (!name.equals("SHA256SUMS") && !name.equals("README.md")) {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                found.put(name, HexFormat.of().formatHex(hash));
            }
        }

        assertThat(found).isEqualTo(expected).isNotEmpty();
    }

    @Test
    void pageHasNothingInline() throws IOException {
        String page = Files.readString(ROOT.resolve("index.html"));

        assertThat(page).doesNotContain("<style").doesNotContain("style=").doesNotContainPattern("\\son[a-z]+=");
        assertThat(Pattern.compile("<script(?![^>]*\\ssrc=)").matcher(page).find())
                .as("a script without src")
                .isFalse();
    }

    @Test
    void nothingIsLoadedFromElsewhere() throws IOException {
        for (Path file : ownFiles()) {
            String text = Files.readString(file).replace("http://www.w3.org/2000/svg", "");

            assertThat(text).as(file.toString()).doesNotContain("http://").doesNotContain("https://");
            assertThat(text.replaceAll("url\\(\"\\.\\./vendor/[\\w.-]+\\.woff2\"\\)", ""))
                    .as(file.toString())
                    .doesNotContainPattern("url\\(|@import");
        }
    }

    /** Document content comes from strangers: the page may only ever show it as text. */
    @Test
    void contentIsNeverInterpretedAsMarkupOrCode() throws IOException {
        for (Path file : ownFiles()) {
            assertThat(Files.readString(file))
                    .as(file.toString())
                    .doesNotContain("innerHTML", "InnerHTML", "outerHTML", "insertAdjacentHTML", "document.write")
                    .doesNotContain("eval(", "new Function", "DOMParser", "setAttribute('on");
        }
    }

    @Test
    void tokenIsNeverPutIntoAnAddressOrKeptLonger() throws IOException {
        String api = Files.readString(ROOT.resolve("js/api.js"));

        assertThat(api).contains("sessionStorage").doesNotContain("localStorage");
        for (Path file : ownFiles()) {
            assertThat(Files.readString(file)).as(file.toString()).doesNotContainPattern("[?&](token|access_token)=");
        }
    }

    @Test
    void everyImportLeadsToAFile() throws IOException {
        Pattern imports = Pattern.compile("from '([^']+)'");
        for (Path file : ownFiles()) {
            Matcher matcher = imports.matcher(Files.readString(file));
            while (matcher.find()) {
                Path target = file.resolveSibling(matcher.group(1)).normalize();
                assertThat(target).as("imported by " + file).exists();
            }
        }
    }

    private static List<Path> ownFiles() throws IOException {
        return filesBelow(ROOT).stream()
                .filter(file -> !file.startsWith(VENDOR))
                .toList();
    }

    private static List<Path> filesBelow(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
