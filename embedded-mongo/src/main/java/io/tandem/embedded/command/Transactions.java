package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonEncoder;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.log.LogEntry;
import io.tandem.embedded.store.Storage;
import io.tandem.embedded.store.TransactionWriter;
import io.tandem.embedded.wire.Connection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The transactions by session. Any thread; a transaction holds the write gate from its first command to its end. */
final class Transactions {
    /** A transaction that lasts longer is aborted, as on real servers. */
    private static final long LIFETIME_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** Sessions whose last transaction is remembered, so that a repeated commit can be answered. */
    private static final int MAX_REMEMBERED = 10_000;
    /** How long a transaction waits for the writer before it. */
    private static final long GATE_MILLIS = 5_000;
    /** What servers without authentication report as the user of a session: SHA-256 of nothing. */
    private static final byte[] NO_USER =
            HexFormat.of().parseHex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

    private enum State {
        RUNNING,
        COMMITTED,
        ABORTED
    }

    /** One transaction; guarded by this object. */
    static final class Transaction {
        private final long number;
        private final TransactionWriter writer;
        private final long deadline = System.nanoTime() + LIFETIME_NANOS;
        private State state = State.RUNNING;
        private @Nullable Connection connection;

        Transaction(long number, TransactionWriter writer) {
            this.number = number;
            this.writer = writer;
        }

        TransactionWriter writer() {
            return writer;
        }
    }

    private final Storage storage;
    private final Map<String, Transaction> bySession = new HashMap<>();

    Transactions(Storage storage) {
        this.storage = storage;
    }

    /** Begins the transaction with its first command. */
    Transaction start(String session, Document lsid, long number) {
        abort(session);
        synchronized (this) {
            Transaction known = bySession.get(session);
            if (known != null && known.number >= number) {
                throw new ServerError(
                        225,
                        "Cannot start transaction " + number
                                + " on session because a newer transaction has already started");
            }
        }
        try {
            if (!storage.gate().enter(GATE_MILLIS)) {
                throw new ServerError(
                                112,
                                "WriteConflict error: another transaction is running; please retry your operation.")
                        .labelled("TransientTransactionError");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerError(11600, "interrupted while waiting for another transaction");
        }
        Document session2 = new Document("id", lsid.get("id")).append("uid", new BinData(NO_USER));
        Transaction started = new Transaction(
                number, new TransactionWriter(storage, new LogEntry.Origin(BsonEncoder.encode(session2), number, -1)));
        synchronized (this) {
            if (bySession.size() >= MAX_REMEMBERED) {
                bySession.values().removeIf(each -> each.state != State.RUNNING);
            }
            bySession.put(session, started);
        }
        return started;
    }

    /** The running transaction that a command belongs to. */
    synchronized Transaction require(String session, long number) {
        Transaction known = bySession.get(session);
        if (known == null || known.number != number || known.state == State.ABORTED) {
            throw noSuch(number);
        }
        if (known.state == State.COMMITTED) {
            throw new ServerError(ServerError.TRANSACTION_COMMITTED, "Transaction " + number + " has been committed.");
        }
        return known;
    }

    private static ServerError noSuch(long number) {
        return new ServerError(
                        ServerError.NO_SUCH_TRANSACTION,
                        "Given transaction number " + number + " does not match any in-progress transactions.")
                .labelled("TransientTransactionError");
    }

    /** Commits; repeating it is fine. */
    synchronized void commit(String session, long number) {
        Transaction known = bySession.get(session);
        if (known == null || known.number != number || known.state == State.ABORTED) {
            throw noSuch(number);
        }
        if (known.state == State.RUNNING) {
            try {
                known.state = State.ABORTED;
                known.writer.commit();
                known.state = State.COMMITTED;
            } finally {
                storage.gate().leave();
            }
        }
    }

    synchronized void abort(String session, long number) {
        Transaction known = bySession.get(session);
        if (known == null || known.number != number || known.state != State.RUNNING) {
            throw noSuch(number);
        }
        abort(session);
    }

    /** Aborts what is running in a session, if anything. */
    synchronized void abort(@Nullable String session) {
        Transaction known = bySession.get(session);
        if (known != null && known.state == State.RUNNING) {
            known.state = State.ABORTED;
            storage.gate().leave();
        }
    }

    /** Notes over which connection the last command of a transaction came. */
    synchronized void usedBy(Transaction transaction, Connection connection) {
        transaction.connection = connection;
    }

    /**
     * Aborts what a client has left behind whose connection is gone. A real server waits until the transaction expires; here nobody
     * else could write until then.
     */
    synchronized void abortOf(Connection connection) {
        bySession.forEach((session, transaction) -> {
            if (transaction.connection == connection) {
                abort(session);
            }
        });
    }

    synchronized void abortAll() {
        bySession.keySet().forEach(this::abort);
    }

    /** Aborts transactions that have lasted too long. */
    synchronized void abortExpired() {
        long now = System.nanoTime();
        bySession.forEach((session, transaction) -> {
            if (transaction.state == State.RUNNING && now - transaction.deadline > 0) {
                abort(session);
            }
        });
    }
}
