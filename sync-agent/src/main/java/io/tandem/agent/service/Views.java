package io.tandem.agent.service;

import io.tandem.agent.view.ActivityView;
import io.tandem.agent.view.CollectionsView;
import io.tandem.agent.view.ConflictsView;
import io.tandem.agent.view.DevicesView;
import io.tandem.agent.view.HealthView;
import io.tandem.agent.view.MetricsView;
import io.tandem.agent.view.ProgressView;
import io.tandem.agent.view.QuarantineView;
import io.tandem.agent.view.VerifyView;
import io.tandem.engine.model.CollectionMode;
import io.tandem.engine.status.CollectionStatus;
import io.tandem.engine.status.ConflictEntry;
import io.tandem.engine.status.ConflictPage;
import io.tandem.engine.status.Device;
import io.tandem.engine.status.DirectionStats;
import io.tandem.engine.status.EngineListener;
import io.tandem.engine.status.EngineStatus;
import io.tandem.engine.status.FeedStatus;
import io.tandem.engine.status.Problem;
import io.tandem.engine.status.QuarantineEntry;
import io.tandem.engine.status.ResyncProgress;
import io.tandem.engine.status.Verification;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Turns what the engine tells into what the agent tells. Pure. */
final class Views {
    static final String DISABLED = "Bidirectional sync is disabled";

    private Views() {}

    static HealthView health(EngineStatus status, Judgement judgement, Collection<String> excluded) {
        return new HealthView(
                status.bidirectionalEnabled(),
                status.bidirectionalEnabled() ? null : DISABLED,
                judgement.health(),
                judgement.reasons(),
                status.instanceId(),
                feed(status.atlasFeed()),
                feed(status.localFeed()),
                new HealthView.SyncWorker(status.workerRunning(), status.queueSize()),
                List.copyOf(new TreeSet<>(excluded)),
                paused(status),
                status.clockOffset().map(Duration::toMillis),
                label(status.role()),
                status.problems().stream().map(Views::problem).toList(),
                canary(status.canary()),
                windows(status.oplogWindowLeft()),
                status.resync().map(Views::progress),
                status.startedAt(),
                status.at());
    }

    private static List<String> paused(EngineStatus status) {
        return status.collections().stream()
                .filter(collection -> collection.mode() == CollectionMode.PAUSED)
                .map(CollectionStatus::name)
                .toList();
    }

    private static Map<String, Long> windows(Map<String, Duration> left) {
        Map<String, Long> seconds = new TreeMap<>();
        left.forEach((side, window) -> seconds.put(side, window.toSeconds()));
        return seconds;
    }

    private static HealthView.Feed feed(FeedStatus feed) {
        return new HealthView.Feed(
                feed.state().label(),
                label(feed.kind()),
                feed.lastEventAt(),
                feed.reconnectAttempts(),
                feed.resumeTokenSavedAt());
    }

    private static HealthView.ProblemView problem(Problem problem) {
        return new HealthView.ProblemView(
                problem.code().id(),
                label(problem.severity()),
                problem.subject(),
                Judgement.detail(problem),
                problem.code().remedy(),
                problem.since());
    }

    private static HealthView.CanaryView canary(EngineStatus.Canary canary) {
        return new HealthView.CanaryView(
                label(canary.state()),
                canary.lastRoundTripAt(),
                canary.lastRoundTrip().map(Duration::toMillis));
    }

    static ProgressView progress(ResyncProgress progress) {
        return new ProgressView(
                progress.reason(),
                progress.collection(),
                progress.documents(),
                progress.total(),
                progress.differing(),
                progress.percent(),
                progress.perSecond(),
                progress.remaining().map(Duration::toSeconds),
                progress.startedAt());
    }

    static MetricsView metrics(EngineStatus status) {
        Map<String, MetricsView.CollectionCounters> byCollection = new TreeMap<>();
        for (CollectionStatus collection : status.collections()) {
            byCollection.put(
                    collection.name(),
                    new MetricsView.CollectionCounters(
                            collection.pushed(),
                            collection.applied(),
                            collection.deleted(),
                            collection.conflicts(),
                            collection.failed(),
                            collection.lastChangeAt()));
        }
        return new MetricsView(
                direction(status.atlasToLocal()),
                direction(status.localToAtlas()),
                status.queueSize(),
                status.conflicts(),
                status.conflictsLastHour(),
                status.retries(),
                status.quarantined(),
                status.loopsDetected(),
                status.resyncs(),
                byCollection,
                status.at());
    }

    private static MetricsView.Direction direction(DirectionStats stats) {
        return new MetricsView.Direction(
                stats.totalProcessed(),
                stats.succeeded(),
                stats.failed(),
                stats.skippedEchoes(),
                stats.avgProcessMillis(),
                stats.p50Millis(),
                stats.p95Millis(),
                stats.p99Millis(),
                stats.lagMillis(),
                stats.perSecond());
    }

    static CollectionsView.Item collection(
            CollectionStatus status, Optional<Long> local, Optional<Long> atlas, Optional<Long> differences) {
        return new CollectionsView.Item(
                status.name(),
                status.mode().label(),
                status.reason(),
                local,
                atlas,
                differences,
                status.heldDeletes()
                        .map(held -> new CollectionsView.HeldDeletes(
                                held.towards(), held.before(), held.missing(), held.reason(), held.since())),
                status.pushed(),
                status.applied(),
                status.deleted(),
                status.conflicts(),
                status.failed(),
                new CollectionsView.Observed(
                        status.observed().pushes(),
                        status.observed().applies(),
                        status.observed().deletes(),
                        status.observed().conflicts()),
                status.lastChangeAt());
    }

    static ConflictsView conflicts(ConflictPage page) {
        return new ConflictsView(
                page.total(),
                page.lastHour(),
                page.items().stream().map(Views::conflict).toList(),
                page.nextCursor());
    }

    static ConflictsView.Item conflict(ConflictEntry entry) {
        return new ConflictsView.Item(
                entry.id(),
                entry.collection(),
                entry.documentId(),
                entry.at(),
                entry.device(),
                entry.strategy(),
                entry.winner().label(),
                entry.localDocument(),
                version(entry.localVersion()),
                entry.hubDocument(),
                version(entry.hubVersion()),
                entry.restoredAt());
    }

    private static ConflictsView.VersionView version(ConflictEntry.VersionView version) {
        return new ConflictsView.VersionView(
                version.at().equals(Instant.EPOCH) ? Optional.empty() : Optional.of(version.at()),
                version.origin(),
                Long.toString(version.number()));
    }

    static QuarantineView.Item quarantined(QuarantineEntry entry) {
        return new QuarantineView.Item(
                entry.id(),
                entry.collection(),
                entry.documentId(),
                entry.direction(),
                entry.code(),
                entry.error(),
                entry.localDocument(),
                entry.hubDocument(),
                entry.attempts(),
                entry.firstAt(),
                entry.nextAttemptAt());
    }

    static DevicesView.Item device(Device device) {
        return new DevicesView.Item(
                device.instanceId(),
                device.lastSeenAt(),
                device.startedAt(),
                device.version(),
                device.role(),
                device.lagMillis(),
                device.queueSize(),
                device.clockOffsetMillis(),
                device.identityClash(),
                device.self());
    }

    static VerifyView.CollectionResult verified(Verification.CollectionResult result) {
        return new VerifyView.CollectionResult(
                result.name(),
                result.local(),
                result.hub(),
                result.equal(),
                result.different(),
                result.missingLocal(),
                result.missingHub(),
                result.pending(),
                result.staleBase(),
                result.samples().stream()
                        .map(difference -> new VerifyView.Difference(difference.id(), difference.kind()))
                        .toList());
    }

    static ActivityView.Change change(EngineListener.Change change) {
        return new ActivityView.Change(
                change.at(),
                change.direction(),
                change.collection(),
                change.documentId(),
                change.operation(),
                change.outcome(),
                change.processMillis());
    }

    static ActivityView.Notice notice(EngineListener.Notice notice) {
        return new ActivityView.Notice(notice.at(), notice.kind(), notice.text());
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
