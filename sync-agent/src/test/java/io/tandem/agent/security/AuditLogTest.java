package io.tandem.agent.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.agent.text.Masking;
import io.tandem.agent.view.AuditView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    private static final Masking MASKING = Masking.of(List.of("planted-secret"));

    @TempDir
    private Path directory = Path.of("");

    @Test
    void eachCallIsOneLineOfJsonWithoutSecrets() throws IOException {
        try (AuditLog log = AuditLog.open(directory, MASKING)) {
            log.write(entry("POST /a\nb", "{\"x\":\"planted-secret\"}"));
            log.write(entry("POST /c", ""));
        }

        List<String> lines = Files.readAllLines(directory.resolve("audit.log"));
        assertThat(lines).hasSize(2);
        BsonDocument first = BsonDocument.parse(lines.get(0));
        assertThat(first.keySet()).containsExactly("at", "who", "from", "call", "detail", "status");
        assertThat(first.getString("at").getValue()).isEqualTo("2026-11-22T10:00:00Z");
        assertThat(first.getString("detail").getValue()).isEqualTo("{\"x\":\"<hidden>\"}");
    }

    @Test
    void theLastEntriesAreKnownAgainAfterARestartAlsoWhenALineIsCutOff() throws IOException {
        try (AuditLog log = AuditLog.open(directory, MASKING)) {
            log.write(entry("POST /1", ""));
            log.write(entry("POST /2", ""));
        }
        Files.writeString(
                directory.resolve("audit.log"),
                Files.readString(directory.resolve("audit.log")) + "{\"at\":\"2026-11-22T1\n{\"at\":1}\n");

        try (AuditLog again = AuditLog.open(directory, MASKING)) {
            assertThat(again.view(10).items()).extracting(AuditView.Entry::call).containsExactly("POST /2", "POST /1");
            assertThat(again.view(1).items()).hasSize(1);
        }
    }

    @Test
    void aFullFileMakesRoomAndFourAreKept() throws IOException {
        try (AuditLog log = AuditLog.open(directory, MASKING, 1_000)) {
            for (int i = 0; i < 100; i++) {
                log.write(entry("POST /" + i, "x".repeat(100)));
            }
        }

        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()).toList())
                    .containsExactlyInAnyOrder("audit.log", "audit.1.log", "audit.2.log", "audit.3.log");
        }
        assertThat(Files.readString(directory.resolve("audit.log"))).contains("POST /99");
        assertThat(Files.readString(directory.resolve("audit.1.log"))).doesNotContain("POST /99");
    }

    @Test
    void anInterruptedCallDoesNotEndTheLog() throws IOException {
        try (AuditLog log = AuditLog.open(directory, MASKING)) {
            Thread.currentThread().interrupt();
            log.write(entry("POST /interrupted", ""));
            assertThat(Thread.interrupted()).isTrue();
            log.write(entry("POST /after", ""));
        }

        assertThat(Files.readString(directory.resolve("audit.log")))
                .contains("POST /interrupted")
                .contains("POST /after");
    }

    @Test
    void aFileThatWasMovedAwayIsBegunAnew() throws IOException {
        try (AuditLog log = AuditLog.open(directory, MASKING)) {
            log.write(entry("POST /before", ""));
            Files.move(directory.resolve("audit.log"), directory.resolve("elsewhere"));
            log.write(entry("POST /after", ""));
        }

        assertThat(Files.readString(directory.resolve("audit.log")))
                .contains("POST /after")
                .doesNotContain("POST /before");
    }

    @Test
    void aRotationThatFailsLosesNoEntry() throws IOException {
        Files.createDirectories(directory.resolve("audit.3.log").resolve("not-empty"));
        Files.writeString(directory.resolve("audit.2.log"), "older");
        try (AuditLog log = AuditLog.open(directory, MASKING, 200)) {
            for (int i = 0; i < 10; i++) {
                log.write(entry("POST /" + i, ""));
            }
            log.write(entry("POST /last", ""));
            assertThat(log.view(1).items()).extracting(AuditView.Entry::call).containsExactly("POST /last");
        }

        assertThat(Files.readString(directory.resolve("audit.log")))
                .contains("POST /0")
                .contains("POST /last");
    }

    private static AuditView.Entry entry(String call, String detail) {
        return new AuditView.Entry(Instant.parse("2026-11-22T10:00:00Z"), "boss", "127.0.0.1", call, detail, 200);
    }
}
