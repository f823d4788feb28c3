package io.tandem.agent.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.agent.config.ConfigLoader;
import io.tandem.agent.service.FakeEngine;
import io.tandem.agent.service.FakeServices;
import io.tandem.agent.service.Statuses;
import io.tandem.agent.view.AlertView;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.status.DirectionStats;
import io.tandem.engine.status.EngineStatus;
import io.tandem.engine.status.FeedStatus;
import io.tandem.engine.status.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertsTest {
    private static final EngineStatus WELL = FakeEngine.healthy(true);

    private final FakeServices.Pair pair = FakeServices.create(
            ConfigLoader.of(Map.of("MONGODB_URI", "mongodb://localhost/a", "MONGODB_ATLAS_URI", "mongodb://hub/a")));
    private final Alerts alerts = new Alerts(10);
    private final List<String> heard = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-22T10:00:00Z");

    AlertsTest() {
        alerts.addListener(alert -> heard.add(alert.rule() + " " + alert.state()));
    }

    @Test
    void unhealthyForMoreThanFiveMinutesRaisesAndHealthClears() {
        EngineStatus sick =
                new Statuses(WELL).condition(EngineStatus.Condition.UNHEALTHY).build();

        pass(sick, Duration.ofSeconds(299));
        assertThat(heard).isEmpty();
        pass(sick, Duration.ofSeconds(2));
        assertThat(heard).containsExactly("sync-unhealthy raised");
        pass(WELL, Duration.ofSeconds(30));
        assertThat(heard).hasSize(1);
        pass(WELL, Duration.ofSeconds(31));
        assertThat(heard).containsExactly("sync-unhealthy raised", "sync-unhealthy cleared");
        assertThat(alerts.view().recent())
                .singleElement()
                .extracting(AlertView::state)
                .isEqualTo("cleared");
    }

    @Test
    void aShortRecoveryStartsTheWaitAnew() {
        EngineStatus sick =
                new Statuses(WELL).condition(EngineStatus.Condition.UNHEALTHY).build();

        pass(sick, Duration.ofMinutes(4));
        pass(WELL, Duration.ofSeconds(1));
        pass(sick, Duration.ofMinutes(4));

        assertThat(heard).isEmpty();
    }

    @Test
    void slowChangesForTenMinutesRaise() {
        EngineStatus slow = new Statuses(WELL)
                .atlasToLocal(new DirectionStats(10, 10, 0, 0, 501, 0, 0, 0, 0, 0))
                .build();

        pass(slow, Duration.ofSeconds(601));

        assertThat(heard).containsExactly("processing-time raised");
        assertThat(alerts.concerns()).singleElement().asString().contains("501 ms");
    }

    @Test
    void moreThanTwentyConflictsAnHourRaiseAndOnlyAClearFallClears() {
        pass(new Statuses(WELL).conflictsLastHour(20).build(), Duration.ofSeconds(5));
        assertThat(heard).isEmpty();
        pass(new Statuses(WELL).conflictsLastHour(21).build(), Duration.ofSeconds(1));
        assertThat(heard).containsExactly("conflict-rate raised");
        pass(new Statuses(WELL).conflictsLastHour(18).build(), Duration.ofMinutes(5));
        assertThat(heard).hasSize(1);
        pass(new Statuses(WELL).conflictsLastHour(15).build(), Duration.ofMinutes(2));
        assertThat(heard).containsExactly("conflict-rate raised", "conflict-rate cleared");
    }

    @Test
    void moreThanFivePercentErrorsRaiseButNotAHandfulOfChanges() {
        pass(stats(0, 0), Duration.ofSeconds(6));
        pass(stats(10, 10), Duration.ofSeconds(6));
        assertThat(heard).isEmpty();
        pass(stats(100, 10), Duration.ofSeconds(6));
        assertThat(heard).containsExactly("error-rate raised");
    }

    @Test
    void aDisconnectedChangeStreamForFiveMinutesRaises() {
        EngineStatus away =
                new Statuses(WELL).atlasFeed(FeedStatus.State.RECONNECTING, 2).build();

        pass(away, Duration.ofSeconds(301));

        assertThat(heard).contains("change-stream-disconnected raised");
    }

    @Test
    void aStreamThatIsClosedOnPurposeRaisesNothing() {
        EngineStatus oneWay = new Statuses(FakeEngine.healthy(false))
                .atlasFeed(FeedStatus.State.DISCONNECTED, 0)
                .build();

        pass(oneWay, Duration.ofMinutes(20));

        assertThat(heard).isEmpty();
    }

    @Test
    void theEnginesVerdictThatASideIsGivenUpRaisesAtOnce() {
        EngineStatus trying = FakeEngine.with(WELL, FaultCode.HUB_UNREACHABLE, Problem.Severity.WARNING, "atlas");
        pass(trying, Duration.ofSeconds(1));
        assertThat(heard).isEmpty();

        pass(FakeEngine.with(WELL, FaultCode.HUB_UNREACHABLE, Problem.Severity.ERROR, "atlas"), Duration.ofSeconds(1));

        assertThat(heard).containsExactly("reconnect-attempts raised");
        assertThat(alerts.view().active().get(0).summary()).startsWith("Atlas could not be reached");
    }

    @Test
    void aClockThatIsRightAgainClears() {
        pass(new Statuses(WELL).clockOffset(Duration.ofMillis(1_500)).build(), Duration.ofSeconds(31));
        assertThat(heard).containsExactly("clock-offset raised");

        pass(new Statuses(WELL).clockOffset(Duration.ofMillis(900)).build(), Duration.ofMinutes(5));
        assertThat(heard).as("within a fifth of the threshold").hasSize(1);
        pass(new Statuses(WELL).clockOffset(Duration.ofMillis(100)).build(), Duration.ofMinutes(2));

        assertThat(heard).containsExactly("clock-offset raised", "clock-offset cleared");
    }

    @Test
    void slowProcessingForTenMinutesRaisesAndDegradesHealth() {
        EngineStatus slow = new Statuses(WELL)
                .atlasToLocal(new DirectionStats(10, 10, 0, 0, 501, 500, 600, 700, 0, 1))
                .build();
        pass(slow, Duration.ofSeconds(599));
        assertThat(heard).isEmpty();
        assertThat(alerts.concerns()).isEmpty();

        pass(slow, Duration.ofSeconds(2));

        assertThat(heard).containsExactly("processing-time raised");
        assertThat(alerts.concerns())
                .singleElement()
                .asString()
                .contains("501 ms")
                .contains("500 ms");
    }

    @Test
    void aLongQueueForTenMinutesRaises() {
        pass(new Statuses(WELL).queueSize(101).build(), Duration.ofSeconds(601));

        assertThat(heard).containsExactly("queue-size raised");
    }

    @Test
    void tooManyReconnectAttemptsRaiseAtOnce() {
        pass(new Statuses(WELL).atlasFeed(FeedStatus.State.RECONNECTING, 10).build(), Duration.ofSeconds(1));

        assertThat(heard).containsExactly("reconnect-attempts raised");
    }

    @Test
    void oursRaiseToo() {
        pass(new Statuses(WELL).quarantined(1).build(), Duration.ofSeconds(1));
        pass(new Statuses(WELL).clockOffset(Duration.ofSeconds(-2)).build(), Duration.ofSeconds(31));
        pass(FakeEngine.with(WELL, FaultCode.DELETE_GUARD, Problem.Severity.WARNING, "orders"), Duration.ofSeconds(1));
        pass(FakeEngine.with(WELL, FaultCode.IDENTITY_CLASH, Problem.Severity.ERROR, "till-7"), Duration.ofSeconds(1));
        pass(FakeEngine.with(WELL, FaultCode.SYNC_LOOP, Problem.Severity.WARNING, "orders"), Duration.ofSeconds(1));

        assertThat(heard)
                .contains(
                        "quarantine raised",
                        "clock-offset raised",
                        "delete-guard raised",
                        "identity-clash raised",
                        "sync-loop raised");
    }

    private static EngineStatus stats(long total, long failed) {
        return new Statuses(WELL)
                .atlasToLocal(new DirectionStats(total, total - failed, failed, 0, 0, 0, 0, 0, 0, 0))
                .build();
    }

    private void pass(EngineStatus status, Duration time) {
        pair.engine().say(status);
        for (long second = 0; second < time.toSeconds(); second++) {
            now = now.plusSeconds(1);
            alerts.look(pair.service().ownHealth(), pair.service().metrics(), now);
        }
        now = now.plusSeconds(1);
        alerts.look(pair.service().ownHealth(), pair.service().metrics(), now);
        now = now.minusSeconds(1);
    }
}
