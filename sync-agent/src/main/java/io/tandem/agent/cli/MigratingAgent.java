package io.tandem.agent.cli;

import io.tandem.agent.text.Durations;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.bson.BsonDocument;

/** The running agent during a migration, and what has to be true of it. One thread; criteria that are not met throw {@link NotMet}. */
final class MigratingAgent {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final double PROCESSING_CRITICAL_MILLIS = 500;
    private static final double ERRORS_NORMAL_PERCENT = 1;
    private static final long CONFLICTS_CRITICAL = 20;
    private static final long QUEUE_LIMIT = 100;

    private final AgentClient client;
    private final Consumer<String> met;

    /** A success criterion that is not met; the message says what to do. */
    static final class NotMet extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotMet(String message) {
            super(message);
        }
    }

    /** @param met hears of each criterion that is met */
    MigratingAgent(AgentClient client, Consumer<String> met) {
        this.client = client;
        this.met = met;
    }

    static void require(boolean holds, String message) {
        if (!holds) {
            throw new NotMet(message);
        }
    }

    /** It runs with bidirectional sync disabled, and Local -> Atlas works. */
    void runsDisabled() {
        require(
                client.answers(),
                "No agent answers at " + client.base() + ". Start it with " + MigrationSteps.ENABLED
                        + "=false: 'tandem serve', or 'systemctl start tandem'.");
        require(
                !Fields.flag(health(), "enabled"),
                "Bidirectional sync is already on in the running agent: 'tandem toggle off'.");
        met.accept("The agent runs with bidirectional sync disabled");
        waitFor(
                () -> Fields.text(health(), "localFeed.status").equals("connected")
                        && Fields.document(health(), "resync").isEmpty(),
                this::compared,
                "The agent does not follow the local database, or is still comparing: see 'tandem status'.");
        met.accept("Local -> Atlas works: the local feed is connected");
        drains();
        met.accept("The queue is below " + QUEUE_LIMIT);
        require(!Fields.text(health(), "health").equals("unhealthy"), "The agent is unhealthy: " + reasons());
        met.accept("The agent is " + Fields.text(health(), "health"));
    }

    void drains() {
        waitFor(
                () -> queue() < QUEUE_LIMIT,
                this::queue,
                "The queue does not drain below " + QUEUE_LIMIT + ": see 'tandem status'.");
    }

    void enable() {
        client.post(AgentClient.SYNC + "/toggle", "{\"enabled\": true}");
        waitFor(
                () -> Fields.flag(health(), "enabled")
                        && Fields.text(health(), "changeStream.status").equals("connected"),
                () -> 0,
                "The Atlas change stream does not connect: "
                        + "see 'tandem status' and 'tandem doctor'. To go back: 'tandem migrate rollback emergency'.");
        met.accept("Bidirectional sync is on, Atlas Change Stream connected");
        waitFor(
                () -> Fields.document(health(), "resync").isEmpty(),
                this::compared,
                "The first comparison does not go on: see 'tandem status'.");
        met.accept("The first comparison is done");
    }

    /** Sets a collection's mode until the next restart. */
    void mode(String collection, String mode) {
        client.post(AgentClient.path("/collections", collection, "/mode"), Words.object("mode", mode));
    }

    /** The collections that the settings of the running agent exclude. */
    List<String> excluded() {
        return Fields.texts(health(), "excludedCollections");
    }

    /** Looks at the thresholds again and again for a while. */
    void watch(Duration watching, ProgressBar progress) {
        long end = System.nanoTime() + watching.toNanos();
        long total = Math.max(1, watching.toSeconds());
        progress.begin("watch", total);
        while (System.nanoTime() < end) {
            judge();
            progress.at("", total - (end - System.nanoTime()) / 1_000_000_000L, total);
            pause();
        }
        progress.ends();
        judge();
        require(
                Fields.text(health(), "health").equals("healthy"),
                "The agent is not healthy: " + reasons() + ". " + advice());
        met.accept("Watched for " + Durations.words(watching)
                + ": healthy, no loops, errors below 1 %, conflicts and processing time within the thresholds");
    }

    private void judge() {
        BsonDocument health = health();
        BsonDocument metrics = client.get(AgentClient.SYNC + "/metrics");
        require(
                !Fields.text(health, "health").equals("unhealthy"),
                "The agent is unhealthy: " + reasons() + ". " + advice());
        require(
                Fields.number(metrics, "loopsDetected") == 0,
                "Sync loops were detected: roll back with 'tandem migrate rollback emergency'.");
        double millis = Fields.decimal(metrics, "atlasToLocal.avgProcessTime");
        require(
                millis <= PROCESSING_CRITICAL_MILLIS,
                "Processing takes " + Math.round(millis) + " ms per change. " + advice());
        require(
                errorPercent(metrics) < ERRORS_NORMAL_PERCENT,
                "More than 1 % of the changes fail: see 'tandem quarantine'. " + advice());
        long conflicts = Fields.number(metrics, "conflictsLastHour");
        require(
                conflicts <= CONFLICTS_CRITICAL,
                conflicts + " conflicts in the last hour: see 'tandem conflicts'. " + advice());
    }

    private static double errorPercent(BsonDocument metrics) {
        double all = Fields.decimal(metrics, "atlasToLocal.totalProcessed")
                + Fields.decimal(metrics, "localToAtlas.totalProcessed");
        return all == 0
                ? 0
                : 100
                        * (Fields.decimal(metrics, "atlasToLocal.failed")
                                + Fields.decimal(metrics, "localToAtlas.failed"))
                        / all;
    }

    private static String advice() {
        return "'tandem migrate rollback' shows the decision table.";
    }

    /** Both sides hold the same. */
    void isEqual() {
        String path = AgentClient.SYNC + "/verify";
        client.post(path, "{\"repair\": false}");
        waitFor(
                () -> !Fields.text(client.get(path), "state").equals("running"),
                () -> Fields.number(client.get(path), "progress.documents"),
                "The verification does not go on.");
        BsonDocument result = client.get(path);
        require(
                Fields.text(result, "state").equals("done") && Fields.flag(result, "consistent"),
                "The sides differ: see 'tandem verify'. Wait for the queue to drain, or 'tandem verify --repair'.");
        met.accept("Both sides were compared by content and are equal");
    }

    private BsonDocument health() {
        return client.get(AgentClient.SYNC + "/health");
    }

    private String reasons() {
        return String.join("; ", Fields.texts(health(), "reasons"));
    }

    private long queue() {
        return Fields.number(health(), "syncWorker.queueSize");
    }

    private long compared() {
        return Fields.number(health(), "resync.documents");
    }

    /** Waits as long as something moves: how long a comparison takes depends on how much there is. */
    private static void waitFor(BooleanSupplier holds, LongSupplier moving, String message) {
        long seen = moving.getAsLong();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            long now = moving.getAsLong();
            if (now != seen) {
                seen = now;
                end = System.nanoTime() + PATIENCE.toNanos();
            }
            require(System.nanoTime() < end, message);
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new NotMet("Interrupted.");
        }
    }
}
