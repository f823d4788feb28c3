package io.tandem.agent.service;

import io.tandem.engine.status.EngineStatus;
import io.tandem.engine.status.EngineStatus.Condition;
import io.tandem.engine.status.EngineStatus.Flow;
import io.tandem.engine.status.EngineStatus.Role;
import io.tandem.engine.status.FeedStatus;
import io.tandem.engine.status.Problem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What people are told about health: the engine's own judgement, never better than what its feeds and the heartbeat show, and the reasons in
 * words. Immutable.
 *
 * @param health the word: healthy, degraded or unhealthy
 * @param reasons each with what to do; empty only when healthy
 */
record Judgement(String health, List<String> reasons) {

    /** @param concerns what else degrades health, such as raised alerts */
    static Judgement of(EngineStatus status, List<String> concerns) {
        Set<String> reasons = new LinkedHashSet<>();
        Condition condition = status.condition();
        for (Problem problem : status.problems()) {
            if (problem.severity() != Problem.Severity.NOTICE) {
                reasons.add(words(problem));
            }
            condition =
                    worse(condition, problem.severity() == Problem.Severity.ERROR ? Condition.UNHEALTHY : condition);
        }
        List<String> seen = seen(status);
        if (!seen.isEmpty() || !concerns.isEmpty()) {
            condition = worse(condition, Condition.DEGRADED);
        }
        if (status.role() == Role.ACTIVE && status.canary().state() == Flow.BLIND && status.bidirectionalEnabled()) {
            condition = Condition.UNHEALTHY;
        }
        reasons.addAll(seen);
        concerns.stream()
                .filter(concern -> status.problems().stream().noneMatch(problem -> isAbout(concern, problem)))
                .forEach(reasons::add);
        if (condition != Condition.HEALTHY && reasons.isEmpty()) {
            reasons.add("The engine reports " + label(condition) + " without a reason. Look into logs/app.log.");
        }
        return new Judgement(label(condition), List.copyOf(reasons));
    }

    /** An alert that is raised because of a problem says what the problem says. */
    private static boolean isAbout(String concern, Problem problem) {
        return problem.severity() != Problem.Severity.NOTICE
                && concern.startsWith(problem.subject() + ": " + detail(problem));
    }

    private static List<String> seen(EngineStatus status) {
        List<String> seen = new ArrayList<>();
        if (status.role() == Role.STANDBY) {
            return seen;
        }
        if (status.bidirectionalEnabled() && status.atlasFeed().state() != FeedStatus.State.CONNECTED) {
            seen.add("The change stream of Atlas is "
                    + status.atlasFeed().state().label()
                    + ". Changes made elsewhere do not arrive until it is connected; check the network if it lasts.");
        }
        if (status.localFeed().state() != FeedStatus.State.CONNECTED) {
            seen.add("The change feed of the local database is "
                    + status.localFeed().state().label()
                    + ". Local changes are not seen until it is connected; check that MongoDB runs if it lasts.");
        }
        if (status.canary().state() == Flow.BLIND && status.bidirectionalEnabled()) {
            seen.add("Nothing comes back from Atlas: the heartbeat document did not make the round trip."
                    + " Run tandem doctor.");
        } else if (status.canary().state() == Flow.SLOW && status.bidirectionalEnabled()) {
            seen.add("Changes arrive late: the heartbeat document takes long for the round trip."
                    + " It catches up by itself; look at the lag if it lasts.");
        } else if (nothingCameYet(status) && seen.isEmpty()) {
            seen.add(
                    "It is not known yet whether changes come back from Atlas: the first heartbeat document is on its way."
                            + " Wait half a minute; run tandem doctor if it lasts.");
        }
        return seen;
    }

    private static boolean nothingCameYet(EngineStatus status) {
        return status.bidirectionalEnabled()
                && status.canary().state() == Flow.UNKNOWN
                && status.atlasFeed().lastEventAt().isEmpty();
    }

    static String words(Problem problem) {
        return problem.code().id() + " " + problem.subject() + ": " + detail(problem) + " "
                + problem.code().remedy();
    }

    /** What was seen, without the code before and the remedy behind it, which stand beside it anyway. */
    static String detail(Problem problem) {
        String detail = problem.detail().strip();
        String code = problem.code().id() + " ";
        String remedy = problem.code().remedy();
        if (detail.startsWith(code)) {
            detail = detail.substring(code.length()).strip();
        }
        if (detail.endsWith(remedy)) {
            detail = detail.substring(0, detail.length() - remedy.length()).strip();
        }
        return detail;
    }

    private static Condition worse(Condition one, Condition other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static String label(Condition condition) {
        return condition.name().toLowerCase(Locale.ROOT);
    }
}
