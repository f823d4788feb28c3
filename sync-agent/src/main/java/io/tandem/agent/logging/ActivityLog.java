package io.tandem.agent.logging;

import io.tandem.agent.service.ServiceListener;
import io.tandem.agent.view.ActivityView.Change;
import io.tandem.agent.view.ActivityView.Notice;
import io.tandem.agent.view.AlertView;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes what syncing does into the log, in the words that operators search for. Any thread; {@link #everySecond} is called once a second.
 *
 * <p>Of each kind a few lines a second are written one by one, the others are counted and summarised, so that ten thousand changes do not become
 * ten thousand lines. No document content is written: of the {@code _id}s only those that are numbers or generated.
 */
public final class ActivityLog implements ServiceListener {
    static final String LOGGER = "tandem";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);
    private static final int LINES_A_SECOND = 5;

    private static final Map<String, String> WORDS = Map.of(
            "conflict", "Conflict detected",
            "retry", "Retry attempt",
            "loop", "Sync loop detected",
            "feed-failed", "Change Stream connection failed");

    private final Object lock = new Object();

    /** Guarded by lock: lines of each kind within this second. */
    private final Map<String, Integer> written = new LinkedHashMap<>();

    /** Guarded by lock: what was not written of each kind within this second. */
    private final Map<String, Integer> left = new LinkedHashMap<>();

    /** Guarded by lock: settled changes of this second by direction, then collection. */
    private final Map<String, Map<String, Integer>> settled = new TreeMap<>();

    @Override
    public void changed(Change change) {
        boolean fromAtlas = change.direction().equals("atlasToLocal");
        boolean applied = change.outcome().equals("applied");
        if (applied) {
            synchronized (lock) {
                settled.computeIfAbsent(fromAtlas ? "Atlas -> Local" : "Local -> Atlas", direction -> new TreeMap<>())
                        .merge(change.collection(), 1, Integer::sum);
            }
        }
        String kind =
                fromAtlas ? (applied ? "Atlas change applied successfully" : "Atlas change settled") : "Sync operation";
        if (mayWrite(kind)) {
            LOG.info(
                    "{}: {} {} {} {} ({}, {} ms)",
                    kind,
                    fromAtlas ? "Atlas -> Local" : "Local -> Atlas",
                    change.operation(),
                    change.collection(),
                    shown(change.documentId()),
                    change.outcome(),
                    Math.round(change.processMs()));
        }
    }

    @Override
    public void noticed(Notice notice) {
        String words = WORDS.getOrDefault(notice.kind(), "");
        String text = words.isEmpty() || notice.text().contains(words) ? notice.text() : words + ": " + notice.text();
        if (mayWrite(words.isEmpty() ? notice.kind() : words)) {
            LOG.atLevel(level(notice.kind())).log(text);
        }
    }

    /** Writes an alert's raise or clear. */
    public void alerted(AlertView alert) {
        if (alert.state().equals("cleared")) {
            LOG.info("Alert cleared: {}", alert.rule());
        } else if (alert.severity().equals("critical")) {
            LOG.error("Alert raised: {}: {} {}", alert.rule(), alert.summary(), alert.remedy());
        } else {
            LOG.warn("Alert raised: {}: {} {}", alert.rule(), alert.summary(), alert.remedy());
        }
    }

    /** Writes the summaries of the last second. */
    public void everySecond() {
        Map<String, Integer> summaries;
        Map<String, Map<String, Integer>> changes;
        synchronized (lock) {
            summaries = new LinkedHashMap<>(left);
            changes = new TreeMap<>(settled);
            left.clear();
            written.clear();
            settled.clear();
        }
        changes.forEach((direction, byCollection) -> LOG.info(
                "Change applied successfully: {} {} within a second {}",
                byCollection.values().stream().mapToInt(Integer::intValue).sum(),
                direction,
                byCollection));
        AgentLogging.everySecond();
        summaries.forEach((kind, count) ->
                LOG.atLevel(levelOf(kind)).log("{}: {} more within a second, not written one by one", kind, count));
    }

    private boolean mayWrite(String kind) {
        synchronized (lock) {
            int before = written.merge(kind, 1, Integer::sum);
            if (before <= LINES_A_SECOND) {
                return true;
            }
            left.merge(kind, 1, Integer::sum);
            return false;
        }
    }

    private static Level level(String kind) {
        return switch (kind) {
            case "feed-failed", "identity-clash", "hub-changed" -> Level.ERROR;
            case "conflict", "retry", "loop", "delete-guard", "quarantined", "clock" -> Level.WARN;
            default -> Level.INFO;
        };
    }

    private static Level levelOf(String words) {
        return WORDS.entrySet().stream()
                .filter(entry -> entry.getValue().equals(words))
                .map(entry -> level(entry.getKey()))
                .findFirst()
                .orElse(Level.INFO);
    }

    /** Generated ids and numbers tell nothing about people; texts may be an e-mail address. */
    private static String shown(BsonValue id) {
        return switch (id.getBsonType()) {
            case OBJECT_ID -> id.asObjectId().getValue().toHexString();
            case INT32, INT64, DOUBLE -> Long.toString(id.asNumber().longValue());
            default -> "<" + id.getBsonType().name().toLowerCase(java.util.Locale.ROOT) + ">";
        };
    }
}
