package io.tandem.agent.alerts;

import io.tandem.agent.view.AlertView;
import io.tandem.agent.view.AlertsView;
import io.tandem.agent.view.HealthView;
import io.tandem.agent.view.MetricsView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The alerts: looks at a reading once a second, raises what has been wrong for long enough, clears what has been right for long enough.
 * {@link #look} is called by one thread, the others by any. Listeners hear of each raise and each clear once.
 *
 * <pre>
 * right --wrong--> pending --lasts--> raised --right--> settling --quiet--> right
 *                  pending --right--> right            settling --wrong--> raised
 * </pre>
 */
public final class Alerts {
    private static final int RECENT_MAX = 200;
    private static final Duration ERROR_WINDOW = Duration.ofMinutes(10);
    private static final Duration ERROR_STEP = Duration.ofSeconds(5);

    /** One failure among three changes is no rate. */
    private static final long ERROR_CHANGES_MIN = 20;

    private final List<Rule> rules;
    private final int reconnectAttemptsMax;
    private final List<Consumer<AlertView>> listeners = new CopyOnWriteArrayList<>();

    /** Used by the looking thread only. */
    private final Deque<Totals> totals = new ArrayDeque<>();

    /** Guarded by this. */
    private final Map<String, State> states = new LinkedHashMap<>();

    /** Guarded by this; newest first. */
    private final Deque<AlertView> recent = new ArrayDeque<>();

    private record Totals(Instant at, long settled, long failed) {}

    /** A rule that is not simply right: since when it is wrong, the alert if raised, and since when it is right again. */
    private record State(Instant wrongSince, Optional<AlertView> raised, Optional<Instant> rightSince) {}

    /** @param reconnectAttemptsMax attempts after which a lost connection deserves an alert */
    public Alerts(int reconnectAttemptsMax) {
        this(Rule.standard(), reconnectAttemptsMax);
    }

    Alerts(List<Rule> rules, int reconnectAttemptsMax) {
        this.rules = List.copyOf(rules);
        this.reconnectAttemptsMax = reconnectAttemptsMax;
    }

    /** Hears of each raise and clear, from the looking thread. */
    public void addListener(Consumer<AlertView> listener) {
        listeners.add(listener);
    }

    /** Looks at what is known now. */
    public void look(HealthView health, MetricsView metrics, Instant at) {
        Reading reading = new Reading(at, health, metrics, errorPercent(metrics, at), reconnectAttemptsMax);
        List<AlertView> changed = new ArrayList<>();
        synchronized (this) {
            for (Rule rule : rules) {
                step(rule, reading).ifPresent(changed::add);
            }
        }
        changed.forEach(alert -> listeners.forEach(listener -> listener.accept(alert)));
    }

    /** Alerts now and before. */
    public synchronized AlertsView view() {
        return new AlertsView(active(), List.copyOf(recent));
    }

    /** Reasons for which health is degraded. */
    public synchronized List<String> concerns() {
        return rules.stream()
                .filter(Rule::degradesHealth)
                .flatMap(rule -> Optional.ofNullable(states.get(rule.name())).flatMap(State::raised).stream())
                .map(alert -> alert.summary() + " " + alert.remedy())
                .toList();
    }

    /** The names of all rules. */
    public List<String> rules() {
        return rules.stream().map(Rule::name).toList();
    }

    /** Whether a rule's alert is raised. */
    public synchronized boolean isRaised(String rule) {
        return Optional.ofNullable(states.get(rule)).flatMap(State::raised).isPresent();
    }

    private List<AlertView> active() {
        return states.values().stream()
                .flatMap(state -> state.raised().stream())
                .toList();
    }

    private Optional<AlertView> step(Rule rule, Reading reading) {
        State state = states.get(rule.name());
        boolean raised = state != null && state.raised().isPresent();
        Optional<String> wrong = rule.look().wrong(reading, raised);
        if (wrong.isPresent()) {
            return stillWrong(rule, reading, state, wrong.get());
        }
        if (state == null) {
            return Optional.empty();
        }
        if (!raised) {
            states.remove(rule.name());
            return Optional.empty();
        }
        return rightAgain(rule, reading, state);
    }

    private Optional<AlertView> stillWrong(
            Rule rule, Reading reading, @org.jspecify.annotations.Nullable State state, String summary) {
        Instant since = state == null ? reading.at() : state.wrongSince();
        Optional<AlertView> raised = state == null ? Optional.empty() : state.raised();
        boolean due = Duration.between(since, reading.at()).compareTo(rule.lasts()) >= 0;
        if (raised.isEmpty() && due) {
            AlertView alert = new AlertView(
                    rule.name(), rule.severity(), "raised", summary, rule.remedy(), reading.at(), Optional.empty());
            states.put(rule.name(), new State(since, Optional.of(alert), Optional.empty()));
            return Optional.of(alert);
        }
        Optional<AlertView> current = raised.map(alert -> new AlertView(
                rule.name(), rule.severity(), "raised", summary, rule.remedy(), alert.raisedAt(), Optional.empty()));
        states.put(rule.name(), new State(since, current, Optional.empty()));
        return Optional.empty();
    }

    private Optional<AlertView> rightAgain(Rule rule, Reading reading, State state) {
        Instant since = state.rightSince().orElse(reading.at());
        if (Duration.between(since, reading.at()).compareTo(rule.quiet()) < 0) {
            states.put(rule.name(), new State(state.wrongSince(), state.raised(), Optional.of(since)));
            return Optional.empty();
        }
        states.remove(rule.name());
        return state.raised().map(alert -> {
            AlertView cleared = new AlertView(
                    alert.rule(),
                    alert.severity(),
                    "cleared",
                    alert.summary(),
                    alert.remedy(),
                    alert.raisedAt(),
                    Optional.of(reading.at()));
            recent.addFirst(cleared);
            if (recent.size() > RECENT_MAX) {
                recent.removeLast();
            }
            return cleared;
        });
    }

    private double errorPercent(MetricsView metrics, Instant at) {
        long settled =
                metrics.atlasToLocal().totalProcessed() + metrics.localToAtlas().totalProcessed();
        long failed = metrics.atlasToLocal().failed() + metrics.localToAtlas().failed();
        Totals newest = totals.peekLast();
        if (newest == null || Duration.between(newest.at(), at).compareTo(ERROR_STEP) >= 0) {
            totals.addLast(new Totals(at, settled, failed));
        }
        while (totals.size() > 1 && Duration.between(totals.getFirst().at(), at).compareTo(ERROR_WINDOW) > 0) {
            totals.removeFirst();
        }
        Totals oldest = totals.getFirst();
        long changes = settled - oldest.settled();
        return changes < ERROR_CHANGES_MIN ? 0 : 100.0 * (failed - oldest.failed()) / changes;
    }
}
