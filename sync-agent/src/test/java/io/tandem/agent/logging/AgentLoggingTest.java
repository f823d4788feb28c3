package io.tandem.agent.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.LoggerContext;
import io.tandem.agent.text.Masking;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import org.awaitility.Awaitility;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class AgentLoggingTest {
    private static final Masking MASKING = Masking.of(List.of("p%22anted-pw", "planted-token-0123"));
    private static final Logger LOG = LoggerFactory.getLogger(AgentLoggingTest.class);

    @TempDir
    private Path directory = Path.of("");

    @AfterEach
    void asBefore() {
        AgentLogging.stop();
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.resetTurboFilterList();
        context.getLogger(Logger.ROOT_LOGGER_NAME).detachAndStopAllAppenders();
        AgentLogging.quiet(context);
    }

    @Test
    void everythingIsInOneFileAndErrorsInTheOtherAsWell() throws IOException {
        AgentLogging.startFiles(directory, false, MASKING);

        LOG.info("an event");
        LOG.error("a failure");
        LOG.debug("too much");
        java.util.logging.Logger.getLogger("old.library").log(Level.SEVERE, "from an old library");
        AgentLogging.stop();

        assertThat(read("app.log"))
                .contains("an event")
                .contains("a failure")
                .contains("from an old library")
                .doesNotContain("too much");
        assertThat(read("error.log"))
                .contains("ERROR")
                .contains("a failure")
                .contains("from an old library")
                .doesNotContain("an event");
        assertThat(read("app.log").lines().findFirst().orElse(""))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO  \\[.+] .+ - an event");
    }

    @Test
    void secretsAreHiddenInMessagesArgumentsAndExceptions() throws IOException {
        for (boolean json : new boolean[] {false, true}) {
            AgentLogging.startFiles(directory, json, MASKING);
            LOG.info("connects to mongodb://shop:p%22anted-pw@hub/x");
            LOG.warn("argument {} and {}", "p\"anted-pw", "planted-token-0123");
            LOG.error(
                    "with a cause",
                    new IllegalStateException(
                            "Authorization: Bearer planted-bearer", new IOException("password p\"anted-pw refused")));
            AgentLogging.stop();
        }

        assertThat(read("app.log") + read("error.log"))
                .contains(Masking.HIDDEN)
                .contains("with a cause")
                .doesNotContain("anted-pw")
                .doesNotContain("planted");
    }

    @Test
    void whatServersQuoteFromDocumentsIsHidden() throws IOException {
        AgentLogging.startFiles(directory, false, MASKING);

        LOG.error(
                "refused",
                new IllegalStateException("E11000 duplicate key error collection: a.b index: email_1 dup key:"
                        + " { email: \"planted@example.com\", sub: { a: { b: \"planted\" } } }"));
        LOG.warn(
                "Command failed with error 121. The full response is {\"errInfo\": {\"details\": {\"x\": \"planted\"}}}");
        LOG.warn(
                "WriteError{code=121, message='Document failed validation', details={\"v\": {\"consideredValue\": \"planted\"}}}.");
        LOG.info("counts {menuitems=4} stay");
        AgentLogging.stop();

        assertThat(read("app.log") + read("error.log"))
                .contains("email_1 dup key: <hidden>")
                .contains("{menuitems=4}")
                .doesNotContain("planted");
    }

    @Test
    void aLineEndInsideAMessageForgesNoLine() throws IOException {
        AgentLogging.startFiles(directory, false, MASKING);

        LOG.info("collection {}", "orders\n2026-01-01T00:00:00.000Z ERROR [main] forged - line\r\n");
        AgentLogging.stop();

        assertThat(read("app.log").lines()).hasSize(1);
    }

    @Test
    void theJsonFormIsOneObjectALine() throws IOException {
        AgentLogging.startFiles(directory, true, MASKING);

        LOG.info("Sync operation: {} \"quoted\"\nsecond line", 7);
        LOG.error("failed", new IllegalStateException("why"));
        AgentLogging.stop();

        List<String> lines = read("app.log").lines().toList();
        assertThat(lines).hasSize(2);
        BsonDocument first = BsonDocument.parse(lines.get(0));
        assertThat(first.getString("level").getValue()).isEqualTo("INFO");
        assertThat(first.getString("formattedMessage").getValue()).startsWith("Sync operation: 7 \"quoted\"");
        assertThat(first.isNumber("timestamp")).isTrue();
        assertThat(BsonDocument.parse(lines.get(1)).containsKey("throwable")).isTrue();
        assertThat(read("error.log").lines()).hasSize(1);
    }

    @Test
    void aRepeatedFaultIsCountedNotWrittenForEver() throws IOException {
        AgentLogging.startFiles(directory, false, MASKING);

        for (int i = 0; i < 5_000; i++) {
            LOG.error("the same fault again: {}", i);
        }
        LOG.info("another event");
        AgentLogging.everySecond();
        LOG.error("the same fault again: {}", "afterwards");
        AgentLogging.stop();

        String log = read("app.log");
        assertThat(log.lines().filter(line -> line.contains("ERROR"))).hasSize(RateLimit.LINES_A_SECOND + 1);
        assertThat(log)
                .contains("4990 more lines within a second were left out: " + AgentLoggingTest.class.getName()
                        + ": the same fault again: {}")
                .contains("another event")
                .contains("afterwards");
    }

    @Test
    void aFileThatCannotBeWrittenStopsTheStart() throws IOException {
        Files.createDirectories(directory.resolve("app.log"));

        assertThatThrownBy(() -> AgentLogging.startFiles(directory, false, MASKING))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("app.log");
    }

    @Test
    void aFullFileIsPackedAwayAndOldOnesGo() throws IOException {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        var appender = AgentLogging.file(
                context,
                directory,
                "small",
                AgentLogging.encoder(context, false, MASKING),
                new AgentLogging.Sizes("1KB", "10KB"));
        ch.qos.logback.classic.Logger logger = context.getLogger("small");
        logger.setAdditive(false);
        logger.setLevel(ch.qos.logback.classic.Level.INFO);
        logger.addAppender(appender);
        try {
            for (int i = 0; i < 200; i++) {
                logger.info("{} {}", i, "x".repeat(100));
            }
        } finally {
            logger.detachAppender(appender);
            appender.stop();
        }

        // The last one may still be packed in the background, from a file of a passing name.
        Awaitility.await().untilAsserted(() -> {
            try (var files = Files.list(directory)) {
                List<String> names = files.map(file -> file.getFileName().toString())
                        .sorted()
                        .toList();
                assertThat(names).contains("small.log").hasSizeGreaterThan(1);
                assertThat(names.stream().filter(name -> !name.equals("small.log")))
                        .allMatch(name -> name.matches("small\\.\\d{4}-\\d\\d-\\d\\d\\.\\d+\\.log(\\.gz)?"));
            }
        });
        assertThat(read("small.log")).contains("199 xxx");
    }

    private String read(String name) throws IOException {
        return Files.readString(directory.resolve(name), StandardCharsets.UTF_8);
    }
}
