package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import io.tandem.embedded.bson.BsonFormatException;
import io.tandem.embedded.bson.KeyString;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Values;
import io.tandem.embedded.faults.FailCommand;
import io.tandem.embedded.wire.Connection;
import io.tandem.embedded.wire.CutConnection;
import io.tandem.embedded.wire.Request;
import io.tandem.embedded.wire.RequestHandler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes every request through faults, authentication, sessions and transactions to its command, and its result back. Any thread. */
public final class Dispatcher implements RequestHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final Set<String> IN_TRANSACTIONS = Set.of(
            "find",
            "getMore",
            "killCursors",
            "aggregate",
            "distinct",
            "insert",
            "update",
            "delete",
            "findAndModify",
            "findandmodify",
            "commitTransaction",
            "abortTransaction");
    private static final Set<String> RETRYABLE = Set.of(
            "insert", "update", "delete", "findAndModify", "findandmodify", "commitTransaction", "abortTransaction");
    /** Errors after which drivers repeat a write or resume a stream, if the server labels them so. */
    private static final Set<Integer> TRANSIENT =
            Set.of(6, 7, 63, 89, 91, 133, 134, 150, 189, 234, 262, 9001, 10107, 11600, 11602, 13388, 13435, 13436);

    private final Server server;
    private final Map<String, Command> commands = new HashMap<>();

    public Dispatcher(Server server) {
        this.server = server;
        HandshakeCommands.register(commands);
        AuthCommands.register(commands);
        StatusCommands.register(commands);
        CatalogCommands.register(commands);
        ReadCommands.register(commands);
        WriteCommands.register(commands);
        AggregateCommand.register(commands);
    }

    @Override
    public void opened(Connection connection) {
        server.connections().incrementAndGet();
    }

    @Override
    public void closed(Connection connection) {
        server.connections().decrementAndGet();
        connection.setConversation(null);
        server.transactions().abortOf(connection);
    }

    @Override
    public Document handle(Request request, Connection connection) throws CutConnection {
        server.commands().incrementAndGet();
        String name = request.name();
        try {
            server.faults().delay();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CutConnection();
        }
        if (!connection.isOpen()) {
            // cut while it was held back: what nobody waits for any more must not take effect later
            throw new CutConnection();
        }
        FailCommand fail = server.faults().next(name);
        if (fail != null && !fail.afterExecution()) {
            return failed(fail, request);
        }
        Document reply = execute(request, connection);
        return fail == null ? reply : failed(fail, request);
    }

    private Document failed(FailCommand fail, Request request) throws CutConnection {
        if (fail.closeConnection()) {
            throw new CutConnection();
        }
        Set<String> labels = new LinkedHashSet<>(fail.labels());
        boolean inTransaction = request.command().containsKey("autocommit");
        if (TRANSIENT.contains(fail.code())) {
            if (RETRYABLE.contains(request.name())
                    && request.command().containsKey("txnNumber")
                    && (!inTransaction || request.name().endsWith("Transaction"))) {
                labels.add("RetryableWriteError");
            } else if (inTransaction) {
                labels.add("TransientTransactionError");
            } else if (request.name().equals("getMore") || request.name().equals("aggregate")) {
                labels.add("ResumableChangeStreamError");
            }
        }
        return gossip(ServerError.named(
                        fail.code(),
                        fail.codeName().isEmpty() ? null : fail.codeName(),
                        "Failing command '" + request.name() + "' as the test asked for",
                        new ArrayList<>(labels))
                .toReply());
    }

    private Document execute(Request request, Connection connection) {
        Document reply;
        String name = request.name();
        String session = session(request.command());
        boolean inTransaction = false;
        try {
            Command command = commands.get(name);
            boolean ends = name.equals("commitTransaction") || name.equals("abortTransaction");
            if (command == null && !ends) {
                throw new ServerError(ServerError.COMMAND_NOT_FOUND, "no such command: '" + name + "'");
            }
            AuthCommands.requireAllowed(server, connection, name);
            Object number = request.command().get("txnNumber");
            if (number != null && !server.settings().isReplicaSet()) {
                throw new ServerError(
                        ServerError.ILLEGAL_OPERATION,
                        "Transaction numbers are only allowed on a replica set member or mongos");
            }
            inTransaction = Boolean.FALSE.equals(request.command().get("autocommit"));
            RequestRules.check(
                    name.equals("findandmodify") ? "findAndModify" : name, withoutCase(request), inTransaction);
            if (inTransaction) {
                reply = transaction(request, connection, session, command);
            } else if (number instanceof Long txnNumber
                    && session != null
                    && command != null
                    && RETRYABLE.contains(name)) {
                Command once = command;
                reply = server.retries().once(session, txnNumber, () -> once.run(context(request, connection, null)));
            } else if (command == null) {
                throw new ServerError(
                        50768,
                        "txnNumber may only be provided for multi-document transactions and retryable write commands");
            } else {
                reply = command.run(context(request, connection, null));
            }
            reply.put("ok", 1.0);
        } catch (ServerError e) {
            reply = e.toReply();
        } catch (MongoServerError e) {
            reply = ServerError.named(e.getCode(), e.getCodeName(), e.getMessageWithoutErrorCode(), List.of())
                    .toReply();
        } catch (BsonFormatException e) {
            reply = new ServerError(e.tooDeep() ? ServerError.OVERFLOW : 22, String.valueOf(e.getMessage())).toReply();
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("command failed unexpectedly, command={}", name, withoutText(e));
            reply = new ServerError(
                            1,
                            "internal error of the embedded server in '" + name + "': "
                                    + e.getClass().getSimpleName())
                    .toReply();
        }
        boolean failed = !Double.valueOf(1.0).equals(reply.get("ok")) || reply.containsKey("writeErrors");
        boolean failedInside = inTransaction && failed;
        if (failedInside && session != null && !name.equals("commitTransaction")) {
            server.transactions().abort(session);
        }
        return gossip(reply);
    }

    /** The fields of a command under the one spelling of its name that the rules know. */
    private static Document withoutCase(Request request) {
        if (!request.name().equals("findandmodify")) {
            return request.command();
        }
        Document same = request.command().clone();
        same.remove("findandmodify");
        return same;
    }

    /** Messages of unforeseen exceptions may quote documents, so only the place is logged. */
    private static Throwable withoutText(Throwable problem) {
        Throwable copy = new IllegalStateException(problem.getClass().getName());
        copy.setStackTrace(problem.getStackTrace());
        return copy;
    }

    private Context context(Request request, Connection connection, Transactions.@Nullable Transaction transaction) {
        Object database = request.command().get("$db");
        return new Context(
                server, connection, request.command(), database instanceof String text ? text : "admin", transaction);
    }

    private Document transaction(
            Request request, Connection connection, @Nullable String session, @Nullable Command command) {
        if (session == null || !(request.command().get("txnNumber") instanceof Long number)) {
            throw new ServerError(
                    ServerError.INVALID_OPTIONS, "'autocommit' field requires a transaction number and a session");
        }
        String name = request.name();
        if (!IN_TRANSACTIONS.contains(name)) {
            throw new ServerError(
                    ServerError.OPERATION_NOT_SUPPORTED_IN_TRANSACTION,
                    "Cannot run '" + name + "' in a multi-document transaction.");
        }
        if (name.equals("commitTransaction")) {
            server.transactions().commit(session, number);
            Document reply = new Document();
            WriteConcern.await(context(request, connection, null), reply);
            return reply;
        } else if (name.equals("abortTransaction")) {
            server.transactions().abort(session, number);
            return new Document();
        }
        Transactions.Transaction transaction = Values.truthy(request.command().get("startTransaction"))
                ? server.transactions()
                        .start(
                                session,
                                (Document) java.util.Objects.requireNonNull(
                                        request.command().get("lsid")),
                                number)
                : server.transactions().require(session, number);
        server.transactions().usedBy(transaction, connection);
        return java.util.Objects.requireNonNull(command).run(context(request, connection, transaction));
    }

    private static @Nullable String session(Document command) {
        return command.get("lsid") instanceof Document lsid ? sessionKey(lsid) : null;
    }

    /** What tells a session from others; null when the document names none. */
    static @Nullable String sessionKey(Document lsid) {
        return lsid.containsKey("id") ? KeyString.of(lsid.get("id")).hex() : null;
    }

    /** Adds the cluster's time, as every member of a replica set does. */
    private Document gossip(Document reply) {
        if (server.settings().isReplicaSet()) {
            BsonTimestamp time = new BsonTimestamp(server.clock().latest());
            reply.put(
                    "$clusterTime",
                    new Document("clusterTime", time)
                            .append("signature", new Document("hash", new BinData(new byte[20])).append("keyId", 0L)));
            reply.put("operationTime", time);
        }
        return reply;
    }
}
