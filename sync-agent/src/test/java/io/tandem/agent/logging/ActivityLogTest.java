package io.tandem.agent.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tandem.agent.view.ActivityView;
import io.tandem.agent.view.AlertView;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bson.BsonInt32;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The exact words of the guide, at the level at which operators look for them, and never an unlimited number of lines. */
class ActivityLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(ActivityLog.LOGGER);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final ActivityLog log = new ActivityLog();
    private Level before = Level.WARN;

    @BeforeEach
    void listen() {
        before = logger.getEffectiveLevel();
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
        logger.setAdditive(true);
        logger.setLevel(before);
    }

    @Test
    void changesHaveTheWordsOfTheGuideForEachDirection() {
        log.changed(change("atlasToLocal", "applied", new BsonInt32(7)));
        log.changed(change("localToAtlas", "applied", new BsonInt32(8)));
        log.changed(change("atlasToLocal", "quarantined", new BsonInt32(9)));
        log.everySecond();

        assertThat(texts())
                .anyMatch(line ->
                        line.startsWith("Atlas change applied successfully: ") && line.contains(" menuitems 7 "))
                .anyMatch(line -> line.startsWith("Sync operation: Local -> Atlas update menuitems 8"))
                .noneMatch(line -> line.startsWith("Atlas change applied successfully") && line.contains(" 9 "))
                .anyMatch(line -> line.startsWith("Change applied successfully: 1 Atlas -> Local within a second"))
                .anyMatch(line -> line.startsWith("Change applied successfully: 1 Local -> Atlas within a second"));
    }

    @Test
    void noticesHaveTheWordsAndTheLevel() {
        log.noticed(notice("conflict", "orders 1: last-write-wins chose atlas"));
        log.noticed(notice("retry", "orders 1"));
        log.noticed(notice("loop", "orders 1"));
        log.noticed(notice("feed-failed", "Change Stream connection failed (atlas, attempt 1): x"));
        log.noticed(notice("feed-connected", "Atlas Change Stream started successfully"));

        assertThat(lines.list)
                .extracting(event -> event.getLevel() + " " + event.getFormattedMessage())
                .containsExactly(
                        "WARN Conflict detected: orders 1: last-write-wins chose atlas",
                        "WARN Retry attempt: orders 1",
                        "WARN Sync loop detected: orders 1",
                        "ERROR Change Stream connection failed (atlas, attempt 1): x",
                        "INFO Atlas Change Stream started successfully");
    }

    @Test
    void tenThousandChangesAreAHandfulOfLinesAndACount() {
        for (int i = 0; i < 10_000; i++) {
            log.changed(change("localToAtlas", "applied", new BsonInt32(i)));
            log.noticed(notice("conflict", "orders " + i));
        }
        log.everySecond();

        assertThat(lines.list).hasSizeLessThan(20);
        assertThat(texts())
                .contains("Sync operation: 9995 more within a second, not written one by one")
                .contains("Conflict detected: 9995 more within a second, not written one by one")
                .contains("Change applied successfully: 10000 Local -> Atlas within a second {menuitems=10000}");
        lines.list.clear();
        log.everySecond();
        assertThat(lines.list).as("nothing happened, nothing is said").isEmpty();
    }

    @Test
    void idsThatMayTellAboutPeopleAreNotWritten() {
        log.changed(change("localToAtlas", "applied", new BsonString("planted@example.com")));
        log.changed(change("localToAtlas", "applied", new BsonObjectId(new ObjectId("655f00000000000000000001"))));

        assertThat(texts()).noneMatch(line -> line.contains("planted")).anyMatch(line -> line.contains("<string>"));
        assertThat(texts()).anyMatch(line -> line.contains("655f00000000000000000001"));
    }

    @Test
    void alertsAreWrittenWhenRaisedAndWhenCleared() {
        AlertView raised = new AlertView(
                "queue-size", "critical", "raised", "120 wait.", "Look.", Instant.EPOCH, Optional.empty());
        log.alerted(raised);
        log.alerted(
                new AlertView("quarantine", "warning", "raised", "1 waits.", "Look.", Instant.EPOCH, Optional.empty()));
        log.alerted(
                new AlertView("queue-size", "critical", "cleared", "", "", Instant.EPOCH, Optional.of(Instant.EPOCH)));

        assertThat(lines.list)
                .extracting(event -> event.getLevel() + " " + event.getFormattedMessage())
                .containsExactly(
                        "ERROR Alert raised: queue-size: 120 wait. Look.",
                        "WARN Alert raised: quarantine: 1 waits. Look.",
                        "INFO Alert cleared: queue-size");
    }

    private List<String> texts() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private static ActivityView.Change change(String direction, String outcome, BsonValue id) {
        return new ActivityView.Change(Instant.EPOCH, direction, "menuitems", id, "update", outcome, 3.4);
    }

    private static ActivityView.Notice notice(String kind, String text) {
        return new ActivityView.Notice(Instant.EPOCH, kind, text);
    }
}
