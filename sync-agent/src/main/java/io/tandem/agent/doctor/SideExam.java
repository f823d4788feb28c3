package io.tandem.agent.doctor;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoSecurityException;
import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import io.tandem.agent.text.Durations;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInvalidOperationException;
import org.bson.BsonString;
import org.bson.BsonValue;

/** The checks of one server. One thread; used once. Each check survives the failure of the others. */
final class SideExam {

    /** Nothing syncs it: names beginning so are internal. It is dropped at once. */
    static final String PROBE = "_tandem_doctor";

    private static final int UNAUTHORIZED = 13;
    private static final int STANDALONE_HAS_NO_STREAMS = 40573;
    private static final Duration SLOW_ROUND_TRIP = Duration.ofMillis(100);
    private static final Duration CLOCK_WARNING = Duration.ofSeconds(1);

    private final String side;
    private final MongoClient client;
    private final MongoDatabase database;
    private final Clock clock;
    private final List<Finding> findings = new ArrayList<>();

    private BsonDocument hello = new BsonDocument();
    private String version = "0.0";
    private Optional<Duration> clockOffset = Optional.empty();

    SideExam(String side, MongoClient client, MongoDatabase database, Clock clock) {
        this.side = side;
        this.client = client;
        this.database = database;
        this.clock = clock;
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }

    /** This machine's clock minus the server's; empty when not reached. */
    Optional<Duration> clockOffset() {
        return clockOffset;
    }

    /** Runs all checks; false when the server cannot be reached. */
    boolean run(boolean mayWrite) {
        if (!reachable()) {
            return false;
        }
        guarded("version", this::version);
        guarded("topology", this::topology);
        guarded("change-streams", this::changeStreams);
        guarded("privileges", mayWrite ? this::privileges : this::grantedRoles);
        guarded("clock", this::clock);
        UpkeepExam upkeep = new UpkeepExam(new ServerFacts(side, client, database, hello, version), findings);
        guarded("oplog-window", upkeep::oplogWindow);
        guarded("disk", upkeep::disk);
        guarded("write-concern", upkeep::writeConcern);
        guarded("shard-keys", upkeep::shardKeys);
        return true;
    }

    private void guarded(String check, Runnable work) {
        try {
            work.run();
        } catch (MongoException failed) {
            findings.add(
                    Refusals.isNotOffered(failed)
                            ? Finding.info(
                                    side,
                                    check,
                                    "not shown on this server or to this user: " + Refusals.shortened(failed),
                                    "Nothing needs to be done: sync works without. Atlas shows it in its own pages; on your own server"
                                            + " the role clusterMonitor shows it.")
                            : Finding.warning(
                                    side,
                                    check,
                                    "could not be checked: " + Refusals.shortened(failed),
                                    remedyFor(failed)));
        } catch (BsonInvalidOperationException odd) {
            findings.add(Finding.info(
                    side, check, "the server's answer has another form than expected: " + odd.getMessage(), ""));
        }
    }

    private boolean reachable() {
        try {
            long before = System.nanoTime();
            hello = database.runCommand(new BsonDocument("isMaster", new BsonInt32(1)), BsonDocument.class);
            database.listCollectionNames().first();
            long first = System.nanoTime();
            database.runCommand(new BsonDocument("ping", new BsonInt32(1)));
            Duration roundTrip = Duration.ofNanos(System.nanoTime() - first);
            Duration connect = Duration.ofNanos(first - before);
            String text = "reached in " + connect.toMillis() + " ms, round trip " + roundTrip.toMillis()
                    + " ms, database '" + database.getName() + "'";
            findings.add(
                    roundTrip.compareTo(SLOW_ROUND_TRIP) > 0
                            ? Finding.warning(
                                    side,
                                    "reachable",
                                    text,
                                    "Under 100 ms is recommended: use an Atlas region near the devices, and a wired network.")
                            : Finding.ok(side, "reachable", text));
            return true;
        } catch (MongoException failed) {
            findings.add(Finding.error(
                    side, "reachable", "cannot be used: " + Refusals.shortened(failed), remedyFor(failed)));
            return false;
        }
    }

    private String remedyFor(MongoException failed) {
        String variable = side.equals("local") ? "MONGODB_URI" : "MONGODB_ATLAS_URI";
        if (failed instanceof MongoSecurityException || failed.getCode() == 18) {
            return "Correct user and password in " + variable
                    + " (special characters URL-encoded, authSource if needed).";
        }
        if (failed.getCode() == UNAUTHORIZED) {
            return "Grant the user the role readWrite on '" + database.getName() + "'.";
        }
        return side.equals("local")
                ? "Start the server, or correct host and port in MONGODB_URI."
                : "Check the network, the cluster's state, the IP access list in Atlas, and MONGODB_ATLAS_URI.";
    }

    private void version() {
        BsonDocument info = database.runCommand(new BsonDocument("buildInfo", new BsonInt32(1)), BsonDocument.class);
        version = info.getString("version", new BsonString("0.0")).getValue();
        if (atLeast(4, 4)) {
            findings.add(Finding.ok(side, "version", "MongoDB " + version));
        } else if (atLeast(4, 2)) {
            findings.add(Finding.info(
                    side,
                    "version",
                    "MongoDB " + version + ", long out of support",
                    "Upgrade when you can; 6.0 or newer is best."));
        } else {
            findings.add(Finding.error(
                    side,
                    "version",
                    "MongoDB " + version + " is too old",
                    "Upgrade to 4.2 or newer, one major version at a time."));
        }
    }

    private boolean atLeast(int major, int minor) {
        return facts().atLeast(major, minor);
    }

    private ServerFacts facts() {
        return new ServerFacts(side, client, database, hello, version);
    }

    private void topology() {
        if (facts().isSharded()) {
            findings.add(Finding.ok(side, "topology", "sharded cluster"));
        } else if (facts().isReplicaSet()) {
            replicaSet();
        } else if (side.equals("local")) {
            findings.add(Finding.warning(
                    side,
                    "topology",
                    "standalone server: it has no change streams, so Tandem scans it every LOCAL_POLL_INTERVAL",
                    "For changes within milliseconds make it a one-node replica set: set replication.replSetName: rs0 in mongod.conf, restart it,"
                            + " then once: mongosh --eval 'rs.initiate()'."));
        } else {
            findings.add(Finding.error(
                    side,
                    "topology",
                    "standalone server: it has no change streams, and a hub needs them",
                    "Use an Atlas cluster (M10 or higher), or a replica set."));
        }
    }

    private void replicaSet() {
        String text =
                "replica set " + hello.getString("setName").getValue() + " with " + facts().members() + " member(s)";
        boolean writable = hello.getBoolean("ismaster", BsonBoolean.TRUE).getValue();
        findings.add(
                writable
                        ? Finding.ok(side, "topology", text)
                        : Finding.error(
                                side,
                                "topology",
                                text + ", but the member reached is not its primary",
                                "Let the driver find the primary: take directConnection=true out of the connection string and put in"
                                        + " replicaSet="
                                        + hello.getString("setName").getValue() + "."));
    }

    private void changeStreams() {
        try (MongoChangeStreamCursor<ChangeStreamDocument<BsonDocument>> stream = database.watch(BsonDocument.class)
                .maxAwaitTime(200, TimeUnit.MILLISECONDS)
                .cursor()) {
            stream.tryNext();
            findings.add(Finding.ok(side, "change-streams", "a change stream on the database opens"));
        } catch (MongoCommandException refused) {
            boolean standalone = refused.getErrorCode() == STANDALONE_HAS_NO_STREAMS;
            if (standalone && side.equals("local")) {
                return; // said by topology
            }
            findings.add(
                    Finding.error(
                            side,
                            "change-streams",
                            "Change Stream connection failed: code " + refused.getErrorCode() + ", "
                                    + Refusals.shortened(refused),
                            standalone
                                    ? "Use a replica set; Atlas shared tiers below M10 may not offer change streams."
                                    : "Grant the user find and changeStream on the database (the role read contains both); Atlas: use M10 or higher."));
        }
    }

    private void privileges() {
        MongoCollection<BsonDocument> probe = database.getCollection(PROBE, BsonDocument.class);
        BsonDocument document = new BsonDocument("_id", new BsonInt32(1));
        try {
            probe.drop();
            probe.insertOne(document);
            probe.updateOne(document, BsonDocument.parse("{$set: {checked: true}}"));
            probe.createIndex(BsonDocument.parse("{checked: 1}"));
            probe.deleteOne(document);
            findings.add(Finding.ok(side, "privileges", "the user may insert, update, delete, and create indexes"));
        } catch (MongoException refused) {
            findings.add(Finding.error(
                    side,
                    "privileges",
                    "a probe in collection " + PROBE + " was refused: " + Refusals.shortened(refused),
                    "Grant the user the role readWrite on '" + database.getName() + "'."));
        } finally {
            dropProbe(probe);
        }
    }

    /** Looks instead of trying. */
    private void grantedRoles() {
        BsonDocument status = client.getDatabase("admin")
                .runCommand(BsonDocument.parse("{connectionStatus: 1, showPrivileges: false}"), BsonDocument.class);
        BsonDocument auth = status.getDocument("authInfo", new BsonDocument());
        List<String> roles = new ArrayList<>();
        for (BsonValue role : auth.getArray("authenticatedUserRoles", new BsonArray())) {
            if (role.isDocument()) {
                roles.add(role.asDocument()
                                .getString("role", new BsonString("?"))
                                .getValue() + "@"
                        + role.asDocument().getString("db", new BsonString("?")).getValue());
            }
        }
        boolean anonymous = auth.getArray("authenticatedUsers", new BsonArray()).isEmpty();
        findings.add(Finding.info(
                side,
                "privileges",
                anonymous
                        ? "not tried out (--no-write); nobody is logged in, so the server has to allow everything"
                        : "not tried out (--no-write); the user's roles: " + String.join(", ", roles),
                "readWrite on '" + database.getName()
                        + "' is needed; 'tandem doctor' without --no-write tries it out."));
    }

    private void dropProbe(MongoCollection<BsonDocument> probe) {
        try {
            probe.drop();
        } catch (MongoException refused) {
            findings.add(Finding.warning(
                    side,
                    "privileges",
                    "the probe collection " + PROBE + " could not be dropped: " + Refusals.shortened(refused),
                    "Drop it by hand; it is empty."));
        }
    }

    private void clock() {
        Duration best = Duration.ZERO;
        long bestRoundTrip = Long.MAX_VALUE;
        for (int sample = 0; sample < 5; sample++) {
            long before = clock.millis();
            long nanos = System.nanoTime();
            BsonDocument answer =
                    database.runCommand(new BsonDocument("isMaster", new BsonInt32(1)), BsonDocument.class);
            long roundTrip = (System.nanoTime() - nanos) / 1_000_000;
            if (answer.isDateTime("localTime") && roundTrip < bestRoundTrip) {
                bestRoundTrip = roundTrip;
                best = Duration.ofMillis(
                        before + roundTrip / 2 - answer.getDateTime("localTime").getValue());
            }
        }
        if (bestRoundTrip == Long.MAX_VALUE) {
            findings.add(Finding.info(side, "clock", "the server does not tell its time", ""));
            return;
        }
        clockOffset = Optional.of(best);
        String text = "this machine's clock is " + Durations.words(best) + " from the server's (+/- " + bestRoundTrip
                + " ms)";
        findings.add(
                best.abs().compareTo(CLOCK_WARNING) > 0
                        ? Finding.warning(
                                side,
                                "clock",
                                text,
                                "Synchronise the clocks (NTP: timedatectl set-ntp true; Windows: w32tm /resync). Tandem corrects the difference it"
                                        + " measures, but offline edits are only as exact as the clock was.")
                        : Finding.ok(side, "clock", text));
    }
}
