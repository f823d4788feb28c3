package io.tandem.agent.doctor;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import io.tandem.agent.text.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;

/** What a server has room for and how it is set up: oplog, disk, write concern, shard keys. One thread; adds to a list of findings. */
final class UpkeepExam {

    private static final String CHECK_OPLOG = "oplog-window";
    private static final Duration SHORT_WINDOW = Duration.ofHours(24);

    private final ServerFacts server;
    private final List<Finding> findings;

    UpkeepExam(ServerFacts server, List<Finding> findings) {
        this.server = server;
        this.findings = findings;
    }

    void oplogWindow() {
        if (!server.isReplicaSet()) {
            if (server.isSharded()) {
                findings.add(Finding.info(
                        server.side(),
                        "oplog-window",
                        "cannot be seen through mongos",
                        "See each shard's oplog window in Atlas."));
            }
            return;
        }
        MongoCollection<BsonDocument> oplog =
                server.client().getDatabase("local").getCollection("oplog.rs", BsonDocument.class);
        Optional<Long> first = second(oplog, 1);
        Optional<Long> last = second(oplog, -1);
        if (first.isEmpty() || last.isEmpty()) {
            findings.add(Finding.info(
                    server.side(),
                    "oplog-window",
                    "not shown to this user",
                    "See the oplog window in Atlas, or grant read on 'local'."));
            return;
        }
        Duration window = Duration.ofSeconds(last.get() - first.get());
        Optional<Double> full = fullness();
        boolean young = full.isPresent() && full.get() < 0.5;
        String text = "the oplog goes back " + Durations.words(window)
                + full.filter(share -> share < 0.5)
                        .map(share -> String.format(Locale.ROOT, " and is %.0f %% full", share * 100))
                        .orElse("");
        if (young || window.compareTo(SHORT_WINDOW) >= 0) {
            findings.add(Finding.ok(server.side(), CHECK_OPLOG, text));
        } else if (full.isEmpty()) {
            findings.add(Finding.info(
                    server.side(),
                    CHECK_OPLOG,
                    text + "; how large it may become is not told",
                    "A day or more is good: an agent that is away for longer compares everything (full resync)."));
        } else {
            findings.add(Finding.warning(
                    server.side(),
                    CHECK_OPLOG,
                    text,
                    "An agent that is away for longer compares everything (full resync). Enlarge the oplog: replSetResizeOplog, or the"
                            + " oplog window in Atlas; a day or more is good."));
        }
    }

    /** How full the oplog is, 0 to 1; empty when the server does not tell, as Atlas' shared tiers. */
    private Optional<Double> fullness() {
        try {
            BsonDocument stats = server.client()
                    .getDatabase("local")
                    .runCommand(new BsonDocument("collStats", new BsonString("oplog.rs")), BsonDocument.class);
            double most = number(stats, "maxSize");
            return most <= 0 ? Optional.empty() : Optional.of(number(stats, "size") / most);
        } catch (MongoException notShown) {
            if (Refusals.isNotOffered(notShown)) {
                return Optional.empty();
            }
            throw notShown;
        }
    }

    private static double number(BsonDocument document, String name) {
        BsonValue value = document.get(name);
        return value != null && value.isNumber() ? value.asNumber().doubleValue() : 0;
    }

    private static Optional<Long> second(MongoCollection<BsonDocument> oplog, int direction) {
        try {
            BsonDocument entry = oplog.find()
                    .sort(new BsonDocument("$natural", new BsonInt32(direction)))
                    .projection(BsonDocument.parse("{ts: 1}"))
                    .first();
            return entry == null || !entry.isTimestamp("ts")
                    ? Optional.empty()
                    : Optional.of((long) entry.getTimestamp("ts").getTime());
        } catch (MongoException notAllowed) {
            return Optional.empty();
        }
    }

    void disk() {
        BsonDocument stats =
                server.database().runCommand(new BsonDocument("dbStats", new BsonInt32(1)), BsonDocument.class);
        double data = stats.getNumber("dataSize", new BsonInt64(0)).doubleValue();
        BsonValue total = stats.get("fsTotalSize");
        BsonValue used = stats.get("fsUsedSize");
        String size = String.format(Locale.ROOT, "%.1f MB of data", data / 1e6);
        if (total == null
                || used == null
                || !total.isNumber()
                || !used.isNumber()
                || total.asNumber().doubleValue() <= 0) {
            findings.add(Finding.info(server.side(), "disk", size + "; the server does not tell its free space", ""));
            return;
        }
        double free = total.asNumber().doubleValue() - used.asNumber().doubleValue();
        String text = size + String.format(Locale.ROOT, ", %.1f GB free", free / 1e9);
        if (free < data * 0.1) {
            findings.add(Finding.error(
                    server.side(),
                    "disk",
                    text,
                    "Sync metadata needs about 10 % of the data. Free some space or enlarge the disk."));
        } else if (free < total.asNumber().doubleValue() * 0.05) {
            findings.add(Finding.warning(
                    server.side(),
                    "disk",
                    text + ", less than 5 % of the disk",
                    "Free some space before it runs full."));
        } else {
            findings.add(Finding.ok(server.side(), "disk", text));
        }
    }

    /**
     * Change streams see what a majority has; on one member that is what its journal has. A write that does not wait for it (w:1) is seen up
     * to one flush later, about 100 ms.
     */
    void writeConcern() {
        if (!server.isDevice() || !server.isReplicaSet() || server.members() != 1) {
            return;
        }
        Optional<String> configured = configuredDefault();
        boolean majority = configured.map("majority"::equals).orElse(server.atLeast(5, 0));
        String source = configured.isPresent() ? "as configured" : "of this version";
        findings.add(
                majority
                        ? Finding.ok(
                                server.side(), "write-concern", "the default write concern " + source + " is majority")
                        : Finding.info(
                                server.side(),
                                "write-concern",
                                "the default write concern " + source
                                        + " is w:1: such writes reach change streams only after the journal's next flush, up to 100 ms later",
                                "For a lower latency let the application write with w=majority (in its connection string), or set"
                                        + " storage.journal.commitIntervalMs lower."));
    }

    /** The cluster-wide default of writes, when somebody has set one. */
    private Optional<String> configuredDefault() {
        try {
            BsonDocument answer = server.client()
                    .getDatabase("admin")
                    .runCommand(new BsonDocument("getDefaultRWConcern", new BsonInt32(1)), BsonDocument.class);
            BsonValue concern = answer.getDocument("defaultWriteConcern", new BsonDocument())
                    .get("w");
            if (concern == null) {
                return Optional.empty();
            }
            return Optional.of(concern.isString() ? concern.asString().getValue() : String.valueOf(concern));
        } catch (MongoException notShown) {
            if (Refusals.isNotOffered(notShown)) {
                return Optional.empty();
            }
            throw notShown;
        }
    }

    /** A sharded collection keeps {@code _id} unique only if it is the shard key. */
    void shardKeys() {
        if (!server.isSharded()) {
            return;
        }
        List<String> others = new ArrayList<>();
        String prefix = server.database().getName() + ".";
        for (BsonDocument collection : server.client()
                .getDatabase("config")
                .getCollection("collections", BsonDocument.class)
                .find(BsonDocument.parse("{key: {$exists: true}}"))) {
            String namespace = collection.getString("_id", new BsonString("")).getValue();
            Set<String> key = collection.getDocument("key", new BsonDocument()).keySet();
            if (namespace.startsWith(prefix) && !key.isEmpty() && !key.equals(Set.of("_id"))) {
                others.add(namespace.substring(prefix.length()) + " (" + String.join(", ", key) + ")");
            }
        }
        findings.add(
                others.isEmpty()
                        ? Finding.ok(server.side(), "shard-keys", "no collection is sharded by anything but _id")
                        : Finding.warning(
                                server.side(),
                                "shard-keys",
                                "sharded by other fields than _id: " + String.join(", ", others),
                                "_id is then unique only within a shard: make sure that the application never uses one twice (ObjectIds and"
                                        + " UUIDs are safe), or exclude the collection."));
    }
}
