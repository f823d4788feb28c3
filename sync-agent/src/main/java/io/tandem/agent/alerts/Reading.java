package io.tandem.agent.alerts;

import io.tandem.agent.view.HealthView;
import io.tandem.agent.view.MetricsView;
import java.time.Instant;

/**
 * What the rules look at, taken once a second.
 *
 * @param health by the engine's own judgement
 * @param errorPercent failed changes in percent of all settled ones over the last minutes
 * @param reconnectAttemptsMax attempts after which a lost connection deserves an alert
 */
record Reading(Instant at, HealthView health, MetricsView metrics, double errorPercent, int reconnectAttemptsMax) {

    boolean hasProblem(String code) {
        return health.problems().stream().anyMatch(problem -> problem.code().equals(code));
    }

    boolean hasError(String code) {
        return health.problems().stream()
                .anyMatch(problem ->
                        problem.code().equals(code) && problem.severity().equals("error"));
    }

    String detailOf(String code) {
        return health.problems().stream()
                .filter(problem -> problem.code().equals(code))
                .map(problem -> problem.subject() + ": " + problem.detail())
                .findFirst()
                .orElse("");
    }
}
