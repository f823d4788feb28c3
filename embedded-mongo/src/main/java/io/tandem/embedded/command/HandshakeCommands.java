package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.ObjectId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What a client asks to learn with whom it talks. Any thread. */
final class HandshakeCommands {
    private static final ObjectId ELECTION_ID = new ObjectId("7fffffff0000000000000001");

    private HandshakeCommands() {}

    static void register(Map<String, Command> commands) {
        commands.put("hello", context -> hello(context, "isWritablePrimary"));
        commands.put("isMaster", context -> hello(context, "ismaster"));
        commands.put("ismaster", context -> hello(context, "ismaster"));
        commands.put("ping", context -> new Document());
        commands.put("buildInfo", HandshakeCommands::buildInfo);
        commands.put("buildinfo", HandshakeCommands::buildInfo);
        commands.put(
                "whatsmyuri",
                context -> new Document("you", context.connection().remoteAddress()));
        for (String name : List.of("endSessions", "killSessions")) {
            commands.put(name, HandshakeCommands::endSessions);
        }
        commands.put("refreshSessions", context -> new Document());
        commands.put("killAllSessions", context -> {
            context.server().abandonClients();
            return new Document();
        });
        commands.put(
                "startSession",
                context -> new Document("id", new Document("id", java.util.UUID.randomUUID()))
                        .append("timeoutMinutes", 30));
    }

    private static Document endSessions(Context context) {
        if (context.command().get(context.name()) instanceof List<?> sessions) {
            for (Object session : sessions) {
                String key = session instanceof Document lsid ? Dispatcher.sessionKey(lsid) : null;
                if (key != null) {
                    context.server().transactions().abort(key);
                }
            }
        }
        return new Document();
    }

    private static Document hello(Context context, String primaryField) {
        Server server = context.server();
        Settings settings = server.settings();
        Document reply = new Document();
        String set = settings.replicaSet();
        if (set != null) {
            reply.append("hosts", List.of(server.address()))
                    .append("setName", set)
                    .append("setVersion", 1);
        }
        reply.append(primaryField, true);
        if (context.flag("helloOk")) {
            reply.append("helloOk", true);
        }
        if (set != null) {
            long time = server.clock().latest();
            Document opTime = new Document("ts", new BsonTimestamp(time)).append("t", 1L);
            reply.append("secondary", false)
                    .append("primary", server.address())
                    .append("me", server.address())
                    .append("electionId", ELECTION_ID)
                    .append(
                            "lastWrite",
                            new Document("opTime", opTime)
                                    .append("lastWriteDate", server.clock().now())
                                    .append("majorityOpTime", opTime)
                                    .append("majorityWriteDate", server.clock().now()));
        }
        reply.append("maxBsonObjectSize", 16 * 1024 * 1024)
                .append("maxMessageSizeBytes", 48_000_000)
                .append("maxWriteBatchSize", 100_000)
                .append("localTime", server.clock().now())
                .append("logicalSessionTimeoutMinutes", 30)
                .append("connectionId", context.connection().id())
                .append("minWireVersion", 0)
                .append("maxWireVersion", settings.wireVersion())
                .append("readOnly", false);
        AuthCommands.describe(context, reply);
        return reply;
    }

    private static Document buildInfo(Context context) {
        String version = context.server().settings().version();
        List<Integer> parts = new ArrayList<>(
                Arrays.stream(version.split("\\.")).map(Integer::valueOf).toList());
        parts.add(0);
        return new Document("version", version)
                .append("gitVersion", "embedded")
                .append("modules", List.of())
                .append("allocator", "system")
                .append("javascriptEngine", "none")
                .append("sysInfo", "embedded")
                .append("versionArray", parts)
                .append("openssl", new Document("running", "Java").append("compiled", "Java"))
                .append("buildEnvironment", new Document())
                .append("bits", 64)
                .append("debug", false)
                .append("maxBsonObjectSize", 16 * 1024 * 1024)
                .append("storageEngines", List.of("embedded"))
                .append("embedded", true);
    }
}
