package io.tandem.agent.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.status.EngineStatus;
import io.tandem.engine.status.EngineStatus.Condition;
import io.tandem.engine.status.EngineStatus.Flow;
import io.tandem.engine.status.EngineStatus.Role;
import io.tandem.engine.status.FeedStatus;
import io.tandem.engine.status.Problem;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgementTest {
    private static final EngineStatus WELL = FakeEngine.healthy(true);
    private static final EngineStatus OFF = FakeEngine.healthy(false);

    @Test
    void healthyHasNoReasons() {
        Judgement judgement = Judgement.of(WELL, List.of());

        assertThat(judgement.health()).isEqualTo("healthy");
        assertThat(judgement.reasons()).isEmpty();
    }

    @Test
    void nothingThatEverCameFromTheHubIsNotHealthyYet() {
        EngineStatus fresh = new Statuses(WELL)
                .flow(Flow.UNKNOWN)
                .atlasFeed(FeedStatus.State.CONNECTED, 0)
                .build();

        Judgement judgement = Judgement.of(fresh, List.of());

        assertThat(judgement.health()).isEqualTo("degraded");
        assertThat(judgement.reasons())
                .singleElement()
                .asString()
                .contains("heartbeat")
                .contains("tandem doctor");
        assertThat(Judgement.of(new Statuses(WELL).flow(Flow.UNKNOWN).build(), List.of())
                        .health())
                .as("a change that arrived is as good as a heartbeat")
                .isEqualTo("healthy");
        assertThat(Judgement.of(new Statuses(fresh).bidirectional(false).build(), List.of())
                        .health())
                .as("switched off, nothing is to arrive")
                .isEqualTo("healthy");
    }

    @Test
    void aBlindHeartbeatIsUnhealthyOnlyForWhoWorksInBothDirections() {
        assertThat(Judgement.of(new Statuses(WELL).flow(Flow.BLIND).build(), List.of())
                        .health())
                .isEqualTo("unhealthy");
        assertThat(Judgement.of(new Statuses(OFF).flow(Flow.BLIND).build(), List.of())
                        .health())
                .isEqualTo("healthy");
        assertThat(Judgement.of(
                                new Statuses(WELL)
                                        .flow(Flow.BLIND)
                                        .role(Role.STANDBY)
                                        .build(),
                                List.of())
                        .health())
                .isEqualTo("healthy");
    }

    @Test
    void aClosedStreamDegradesOnlyWhileItIsWanted() {
        EngineStatus closed =
                new Statuses(WELL).atlasFeed(FeedStatus.State.DISCONNECTED, 0).build();

        assertThat(Judgement.of(closed, List.of()).health()).isEqualTo("degraded");
        assertThat(Judgement.of(new Statuses(closed).bidirectional(false).build(), List.of())
                        .health())
                .isEqualTo("healthy");
    }

    @Test
    void codeAndRemedyAreSaidOnce() {
        String message = new SyncException(
                        FaultCode.HUB_UNREACHABLE, "Cannot ping. " + FaultCode.HUB_UNREACHABLE.remedy())
                .getMessage();
        Problem problem =
                new Problem(FaultCode.HUB_UNREACHABLE, Problem.Severity.WARNING, "atlas", message, Instant.EPOCH);

        String words = Judgement.words(problem);

        assertThat(words).isEqualTo("SYNC-102 atlas: Cannot ping. " + FaultCode.HUB_UNREACHABLE.remedy());
    }

    @Test
    void concernsDegradeAndAnUnexplainedVerdictSaysSo() {
        assertThat(Judgement.of(WELL, List.of("120 changes wait. Look.")))
                .isEqualTo(new Judgement("degraded", List.of("120 changes wait. Look.")));
        assertThat(Judgement.of(
                                new Statuses(WELL)
                                        .condition(Condition.UNHEALTHY)
                                        .build(),
                                List.of())
                        .reasons())
                .singleElement()
                .asString()
                .contains("without a reason");
    }

    /** An alert that is raised because of a problem is no second reason. */
    @Test
    void aProblemThatIsAlsoAnAlertIsSaidOnce() {
        Problem held = new Problem(
                FaultCode.DELETE_GUARD, Problem.Severity.WARNING, "orders", "30 of 40 would go.", Instant.EPOCH);
        EngineStatus status = new Statuses(WELL)
                .problems(List.of(held))
                .condition(Condition.DEGRADED)
                .build();

        Judgement judgement = Judgement.of(
                status, List.of("orders: 30 of 40 would go. Look at what would go.", "120 changes wait. Look."));

        assertThat(judgement.reasons()).containsExactly(Judgement.words(held), "120 changes wait. Look.");
    }
}
