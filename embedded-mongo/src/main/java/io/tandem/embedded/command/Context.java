package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Scope;
import io.tandem.embedded.expression.Values;
import io.tandem.embedded.log.Namespace;
import io.tandem.embedded.store.CollectionView;
import io.tandem.embedded.store.ImmediateWriter;
import io.tandem.embedded.store.StoredCollection;
import io.tandem.embedded.store.Writer;
import io.tandem.embedded.update.UpdateClock;
import io.tandem.embedded.wire.Connection;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One command being executed. One thread. */
final class Context {
    private final Server server;
    private final Connection connection;
    private final Document command;
    private final String database;
    private final Transactions.@Nullable Transaction transaction;
    private final long deadline;
    /** Those made last: the statements of a batch have the same. */
    private @Nullable Scope variables;

    Context(
            Server server,
            Connection connection,
            Document command,
            String database,
            Transactions.@Nullable Transaction transaction) {
        this.server = server;
        this.connection = connection;
        this.command = command;
        this.database = database;
        this.transaction = transaction;
        long maxTime = command.get("maxTimeMS") instanceof Number number ? number.longValue() : 0;
        this.deadline = maxTime > 0 && !name().equals("getMore")
                ? System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(maxTime)
                : Long.MAX_VALUE;
    }

    Server server() {
        return server;
    }

    Connection connection() {
        return connection;
    }

    Document command() {
        return command;
    }

    String database() {
        return database;
    }

    String name() {
        return command.keySet().iterator().next();
    }

    boolean inTransaction() {
        return transaction != null;
    }

    /** The collection that the command names in its first field. */
    Namespace namespace() {
        Object value = command.get(name());
        if (!(value instanceof String collection)) {
            throw new ServerError(ServerError.INVALID_NAMESPACE, "collection name has invalid type");
        }
        if (collection.isEmpty() || !Namespace.validDatabase(database)) {
            throw new ServerError(
                    ServerError.INVALID_NAMESPACE, "Invalid namespace specified '" + database + "." + collection + "'");
        }
        return new Namespace(database, collection);
    }

    /** The documents as this command sees them. */
    CollectionView view(StoredCollection collection) {
        return transaction == null ? collection : transaction.writer().view(collection);
    }

    /** Runs a change with the write gate held. */
    <T> T write(WriteAction<T> action) {
        if (transaction != null) {
            return action.run(transaction.writer());
        }
        server.storage().gate().enter();
        try {
            return action.run(new ImmediateWriter(server.storage()));
        } finally {
            server.storage().gate().leave();
        }
    }

    /** Something to do while no other writer is active. */
    @FunctionalInterface
    interface WriteAction<T> {
        T run(Writer writer);
    }

    /** Fails when the command has used up its `maxTimeMS`. */
    void checkTime() {
        if (deadline != Long.MAX_VALUE && System.nanoTime() - deadline > 0) {
            throw new ServerError(ServerError.MAX_TIME_EXPIRED, "operation exceeded time limit");
        }
    }

    /** The collation that the command, or one statement of it, asks for; else that of the collection. */
    Collation collation(Document holder, Namespace namespace) {
        Collation asked = Collation.given(holder.get("collation"));
        StoredCollection collection = asked == null ? server.storage().find(namespace) : null;
        return asked != null ? asked : collection != null ? collection.collation() : Collation.SIMPLE;
    }

    /** The variables of expressions: the clocks, and those of `let`; strings are compared by the collation. */
    Scope variables(Collation collation) {
        Scope known = variables;
        if (known == null || !known.collation().equals(collation)) {
            known = newVariables(collation);
            variables = known;
        }
        return known;
    }

    private Scope newVariables(Collation collation) {
        Scope scope = Scope.of(collation).with("NOW", server.clock().now());
        if (server.settings().isReplicaSet()) {
            scope = scope.with("CLUSTER_TIME", new BsonTimestamp(server.clock().latest()));
        }
        if (command.get("let") instanceof Document variables) {
            Scope outer = scope;
            for (var variable : variables.entrySet()) {
                scope = scope.with(
                        variable.getKey(),
                        io.tandem.embedded.expression.Expressions.compile(variable.getValue())
                                .evaluate(Scope.of(outer, new Document())));
            }
        }
        return scope;
    }

    UpdateClock updateClock() {
        Instant now = server.clock().now();
        return new UpdateClock() {
            @Override
            public Instant now() {
                return now;
            }

            @Override
            public BsonTimestamp timestamp() {
                return new BsonTimestamp(server.clock().tick());
            }
        };
    }

    Document document(String field) {
        return document(command, field);
    }

    static Document document(Document holder, String field) {
        Object value = holder.get(field);
        if (value == null) {
            return new Document();
        }
        if (value instanceof Document document) {
            return document;
        }
        throw new ServerError(
                ServerError.TYPE_MISMATCH,
                "BSON field '" + field + "' is the wrong type '" + io.tandem.embedded.bson.BsonTypes.name(value)
                        + "', expected type 'object'");
    }

    long number(String field, long otherwise) {
        Object value = command.get(field);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Number number) {
            return number.longValue();
        }
        throw new ServerError(
                ServerError.TYPE_MISMATCH,
                "BSON field '" + field + "' is the wrong type '" + io.tandem.embedded.bson.BsonTypes.name(value)
                        + "', expected a number");
    }

    boolean flag(String field) {
        return Values.truthy(command.get(field));
    }
}
