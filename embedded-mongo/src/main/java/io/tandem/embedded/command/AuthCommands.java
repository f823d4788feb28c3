package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.auth.AuthenticationFailure;
import io.tandem.embedded.auth.Authenticator;
import io.tandem.embedded.auth.Conversation;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.wire.Connection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Logging in, and what may be done without. Any thread. */
final class AuthCommands {
    private static final Set<String> OPEN_TO_ALL = Set.of(
            "hello",
            "isMaster",
            "ismaster",
            "ping",
            "buildInfo",
            "buildinfo",
            "saslStart",
            "saslContinue",
            "logout",
            "connectionStatus",
            "whatsmyuri",
            "getnonce",
            "authenticate");
    private static final List<String> ACTIONS = List.of(
            "bypassDocumentValidation",
            "changeStream",
            "collMod",
            "collStats",
            "createCollection",
            "createIndex",
            "dbStats",
            "dropCollection",
            "dropDatabase",
            "dropIndex",
            "find",
            "insert",
            "killCursors",
            "listCollections",
            "listDatabases",
            "listIndexes",
            "remove",
            "renameCollectionSameDB",
            "replSetGetStatus",
            "serverStatus",
            "update",
            "validate");

    private AuthCommands() {}

    static void register(Map<String, Command> commands) {
        commands.put("saslStart", AuthCommands::start);
        commands.put("saslContinue", AuthCommands::next);
        commands.put("logout", context -> {
            context.connection().setUser(null);
            return new Document();
        });
        commands.put("connectionStatus", AuthCommands::status);
    }

    /** Refuses a command to somebody who has not logged in. */
    static void requireAllowed(Server server, Connection connection, String command) {
        if (server.settings().authenticator() != null && connection.user() == null && !OPEN_TO_ALL.contains(command)) {
            throw new ServerError(ServerError.UNAUTHORIZED, "command " + command + " requires authentication");
        }
    }

    /** What `hello` says about authentication, including the first step of it. */
    static void describe(Context context, Document reply) {
        Authenticator authenticator = context.server().settings().authenticator();
        if (authenticator == null) {
            return;
        }
        if (context.command().get("saslSupportedMechs") instanceof String user) {
            String name = user.substring(user.indexOf('.') + 1);
            reply.put("saslSupportedMechs", authenticator.mechanisms(name));
        }
        if (context.command().get("speculativeAuthenticate") instanceof Document start) {
            try {
                Conversation conversation = authenticator.start(String.valueOf(start.get("mechanism")), payload(start));
                context.connection().setConversation(conversation);
                reply.put("speculativeAuthenticate", step(conversation));
            } catch (AuthenticationFailure e) {
                // a real server leaves the field out; the client then authenticates in the ordinary way and sees the
                // error there
                context.connection().setConversation(null);
            }
        }
    }

    private static byte[] payload(Document command) {
        if (command.get("payload") instanceof BinData data) {
            return data.getData();
        }
        throw new ServerError(ServerError.FAILED_TO_PARSE, "Field 'payload' must be binary data");
    }

    private static Document start(Context context) {
        Authenticator authenticator = context.server().settings().authenticator();
        if (authenticator == null) {
            throw new ServerError(ServerError.AUTHENTICATION_FAILED, "Authentication failed.");
        }
        try {
            Conversation conversation =
                    authenticator.start(String.valueOf(context.command().get("mechanism")), payload(context.command()));
            context.connection().setConversation(conversation);
            return step(conversation);
        } catch (AuthenticationFailure e) {
            throw failed(context, e);
        }
    }

    private static Document next(Context context) {
        Conversation conversation = context.connection().conversation();
        if (conversation == null || !Integer.valueOf(1).equals(context.command().get("conversationId"))) {
            throw new ServerError(17, "No SASL session state found");
        }
        try {
            boolean wasAuthenticated = conversation.isAuthenticated();
            conversation.next(payload(context.command()));
            if (conversation.isAuthenticated()) {
                context.connection().setUser(conversation.userName());
            }
            Document reply = step(conversation);
            if (wasAuthenticated || (conversation.reply().length == 0 && conversation.isAuthenticated())) {
                context.connection().setConversation(null);
            }
            return reply;
        } catch (AuthenticationFailure e) {
            throw failed(context, e);
        }
    }

    private static Document step(Conversation conversation) {
        return new Document("conversationId", 1)
                .append("done", conversation.isAuthenticated())
                .append("payload", new BinData(conversation.reply()));
    }

    private static ServerError failed(Context context, AuthenticationFailure failure) {
        context.connection().setConversation(null);
        String message = failure.getMessage();
        return ServerError.named(
                failure.code(), failure.codeName(), message == null ? "Authentication failed." : message, List.of());
    }

    private static Document status(Context context) {
        @Nullable String user = context.connection().user();
        List<Document> users = user == null ? List.of() : List.of(new Document("user", user).append("db", "admin"));
        List<Document> roles = user == null ? List.of() : List.of(new Document("role", "root").append("db", "admin"));
        Document info = new Document("authenticatedUsers", users).append("authenticatedUserRoles", roles);
        if (context.flag("showPrivileges")) {
            List<Document> privileges = user == null
                    ? List.of()
                    : List.of(new Document("resource", new Document("db", "").append("collection", ""))
                            .append("actions", ACTIONS));
            info.put("authenticatedUserPrivileges", privileges);
        }
        return new Document("authInfo", info);
    }
}
