package io.tandem.demo.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.tandem.engine.fault.FaultCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Executes every command block of {@code docs/*.md} and {@code README.md}, each page from top to bottom in a {@link World} of its own, with
 * sync on and the agent running; the migration guide begins before both and has its own test, {@link MigrationGuideTest}. A block in a
 * language that this test does not know fails it, so that none is left out unseen.
 */
@Execution(ExecutionMode.SAME_THREAD)
class DocumentationTest {

    private static final Path CHECKOUT =
            Path.of("").toAbsolutePath().resolve("..").normalize();

    /** Nothing to type: pictures, files for other programs, and output. */
    private static final Set<String> NOT_COMMANDS = Set.of(
            "text",
            "",
            "yaml",
            "yml",
            "ini",
            "xml",
            "java",
            "mermaid",
            "powershell",
            "bat",
            "js",
            "html",
            "dockerfile",
            "diff",
            "promql",
            "service",
            "conf",
            "nginx",
            "properties",
            "toml");

    static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        try (Stream<Path> files = Files.list(CHECKOUT.resolve("docs"))) {
            files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        pages.add(CHECKOUT.resolve("README.md"));
        return pages;
    }

    @TestFactory
    Stream<DynamicTest> everyPageDoesWhatItSays(@TempDir Path temporary) throws IOException {
        return pages().stream()
                .filter(page -> !page.endsWith(MigrationGuideTest.PAGE))
                .map(page ->
                        DynamicTest.dynamicTest(String.valueOf(page.getFileName()), () -> carryOut(page, temporary)));
    }

    private static void carryOut(Path page, Path temporary) throws IOException {
        List<Block> blocks = Block.of(page);
        blocks.forEach(DocumentationTest::parse);
        if (blocks.stream().noneMatch(Block::isCommands)) {
            return; // parsed; there is nothing to type
        }
        String name = String.valueOf(page.getFileName()).toLowerCase(Locale.ROOT);
        Path directory = Files.createDirectories(temporary.resolve(name));
        try (World world = World.embedded(directory, Path.of("target/transcripts/" + name + ".txt"))) {
            world.write(".env", "BIDIRECTIONAL_SYNC_ENABLED=true\n");
            assertThat(world.type("sh", "systemctl start tandem\n").exitCode())
                    .as(world.agentConsole())
                    .isZero();
            for (Block block : blocks) {
                execute(block, world);
            }
        }
    }

    /** Carries a block out, if it is one of commands. */
    static World.Outcome execute(Block block, World world) {
        if (!block.isCommands()) {
            return new World.Outcome(0, "");
        }
        String shell = block.language().equals("bash") ? "bash" : "sh";
        World.Outcome outcome = world.type(shell, commands(block));
        if (outcome.exitCode() != 0) {
            fail(block + " ended with exit code " + outcome.exitCode() + "\n" + block.text() + "\n" + outcome.output()
                    + "\nThe agent said:\n" + world.agentConsole());
        }
        return outcome;
    }

    /** Of a crontab the command; of a session what follows the prompt. */
    private static String commands(Block block) {
        StringBuilder commands = new StringBuilder();
        for (String line : block.text().lines().toList()) {
            if (block.language().equals("cron")) {
                commands.append(line.strip().replaceFirst("^(\\S+\\s+){5}", "")).append('\n');
            } else if (!block.language().equals("console")) {
                commands.append(line).append('\n');
            } else if (line.startsWith("$ ")) {
                commands.append(line.substring(2)).append('\n');
            }
        }
        return commands.toString();
    }

    /** What is not typed has at least to be what it says. */
    static void parse(Block block) {
        if (block.isCommands()) {
            return;
        }
        switch (block.language()) {
            case "json" ->
                assertThat(BsonDocument.parse(block.text()))
                        .as(block.toString())
                        .isNotEmpty();
            case "env" ->
                assertThat(block.text().lines())
                        .as(block.toString())
                        .allMatch(line -> line.isBlank() || line.startsWith("#") || line.matches("[A-Z_]+=.*"));
            default -> {
                assertThat(NOT_COMMANDS).as("language of %s", block).contains(block.language());
                assertThat(block.text().lines().map(String::strip))
                        .as("%s has commands, so its fence must say sh", block)
                        .noneMatch(line -> line.matches("(\\$ )?(\\./)?tandem( .*)?")
                                && !block.language().equals("text"));
            }
        }
    }

    @Test
    void theRunbookKnowsEveryCode() throws IOException {
        String runbook = Files.readString(CHECKOUT.resolve("docs/runbook.md"));

        for (FaultCode code : FaultCode.values()) {
            assertThat(runbook).contains("| " + code.id() + " |");
        }
    }

    @Test
    void everyCommandNamedInTheDocumentationExists() throws IOException {
        Set<String> known = CommandNames.all();
        Pattern named = Pattern.compile("`(?:\\./)?tandem ([a-z-]+)");
        for (Path page : pages()) {
            Matcher matcher = named.matcher(Files.readString(page));
            while (matcher.find()) {
                assertThat(known)
                        .as("%s names 'tandem %s'", page.getFileName(), matcher.group(1))
                        .contains(matcher.group(1));
            }
        }
    }
}
