package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.error.ServerError;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** How the server is doing. Any thread. */
final class StatusCommands {
    private StatusCommands() {}

    static void register(Map<String, Command> commands) {
        commands.put("serverStatus", StatusCommands::serverStatus);
        commands.put("replSetGetStatus", StatusCommands::replicaSetStatus);
        commands.put("getParameter", StatusCommands::parameter);
        commands.put(
                "getCmdLineOpts",
                context -> new Document("argv", List.of("embedded-mongo")).append("parsed", new Document()));
        commands.put("getLog", StatusCommands::log);
        commands.put(
                "hostInfo",
                context -> new Document(
                                "system",
                                new Document(
                                                "currentTime",
                                                context.server().clock().now())
                                        .append("hostname", context.server().address())
                                        .append("numCores", Runtime.getRuntime().availableProcessors()))
                        .append("os", new Document("type", System.getProperty("os.name")))
                        .append("extra", new Document()));
        commands.put(
                "getDefaultRWConcern",
                context -> new Document("defaultReadConcern", new Document("level", "local"))
                        .append("defaultWriteConcern", new Document("w", "majority").append("wtimeout", 0)));
    }

    private static Document serverStatus(Context context) {
        Server server = context.server();
        Instant now = server.clock().now();
        Duration up = Duration.between(server.started(), Instant.now());
        Document reply = new Document("host", server.address())
                .append("version", server.settings().version())
                .append("process", "mongod")
                .append("pid", ProcessHandle.current().pid())
                .append("uptime", (double) up.toSeconds())
                .append("uptimeMillis", up.toMillis())
                .append("localTime", now)
                .append(
                        "connections",
                        new Document("current", server.connections().get())
                                .append(
                                        "available",
                                        1_000 - server.connections().get())
                                .append("totalCreated", context.connection().id()))
                .append("opcounters", new Document("command", server.commands().get()))
                .append("metrics", new Document("cursor", new Document("open", new Document("total", (long)
                        server.cursors().size()))))
                .append(
                        "storageEngine",
                        new Document("name", "embedded")
                                .append("persistent", server.settings().diskBacked()));
        String set = server.settings().replicaSet();
        if (set != null) {
            long time = server.clock().latest();
            Document opTime = new Document("ts", new BsonTimestamp(time)).append("t", 1L);
            reply.append(
                    "repl",
                    new Document("setName", set)
                            .append("setVersion", 1)
                            .append("isWritablePrimary", true)
                            .append("ismaster", true)
                            .append("secondary", false)
                            .append("hosts", List.of(server.address()))
                            .append("primary", server.address())
                            .append("me", server.address())
                            .append(
                                    "lastWrite",
                                    new Document("opTime", opTime)
                                            .append("lastWriteDate", now)
                                            .append("majorityOpTime", opTime)
                                            .append("majorityWriteDate", now)));
            if (context.flag("oplog")) {
                reply.append(
                        "oplog",
                        new Document(
                                        "earliestOptime",
                                        new BsonTimestamp(server.log().floor()))
                                .append("latestOptime", new BsonTimestamp(time)));
            }
        }
        return reply;
    }

    private static Document replicaSetStatus(Context context) {
        Server server = context.server();
        String set = server.settings().replicaSet();
        if (set == null) {
            throw new ServerError(ServerError.NO_REPLICATION_ENABLED, "not running with --replSet");
        }
        long time = server.clock().latest();
        Document opTime = new Document("ts", new BsonTimestamp(time)).append("t", 1L);
        Document member = new Document("_id", 0)
                .append("name", server.address())
                .append("health", 1.0)
                .append("state", 1)
                .append("stateStr", "PRIMARY")
                .append("uptime", (int)
                        Duration.between(server.started(), Instant.now()).toSeconds())
                .append("optime", opTime)
                .append("optimeDate", server.clock().now())
                .append("electionTime", new BsonTimestamp(server.started().getEpochSecond() << 32 | 1))
                .append("electionDate", server.started())
                .append("configVersion", 1)
                .append("configTerm", 1)
                .append("self", true);
        return new Document("set", set)
                .append("date", server.clock().now())
                .append("myState", 1)
                .append("term", 1L)
                .append("heartbeatIntervalMillis", 2_000L)
                .append("majorityVoteCount", 1)
                .append("writeMajorityCount", 1)
                .append("votingMembersCount", 1)
                .append(
                        "optimes",
                        new Document("lastCommittedOpTime", opTime)
                                .append("readConcernMajorityOpTime", opTime)
                                .append("appliedOpTime", opTime)
                                .append("durableOpTime", opTime))
                .append("members", List.of(member));
    }

    private static Document parameter(Context context) {
        Document known = new Document(
                        "featureCompatibilityVersion",
                        new Document(
                                "version", context.server().settings().version().replaceFirst("\\.\\d+$", "")))
                .append("authenticationMechanisms", List.of("SCRAM-SHA-256"))
                .append("transactionLifetimeLimitSeconds", 60)
                .append("cursorTimeoutMillis", 600_000L)
                .append("localLogicalSessionTimeoutMinutes", 30)
                .append("enableTestCommands", false);
        if ("*".equals(context.command().get("getParameter"))) {
            return known;
        }
        Document reply = new Document();
        known.forEach((name, value) -> {
            if (context.command().containsKey(name)) {
                reply.put(name, value);
            }
        });
        if (reply.isEmpty()) {
            throw new ServerError(ServerError.INVALID_OPTIONS, "no option found to get");
        }
        return reply;
    }

    private static Document log(Context context) {
        Object which = context.command().get("getLog");
        if ("*".equals(which)) {
            return new Document("names", List.of("global", "startupWarnings"));
        }
        return new Document("totalLinesWritten", 0).append("log", List.of());
    }
}
