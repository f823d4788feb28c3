package io.tandem.embedded.command;

import io.tandem.embedded.cursor.CursorRegistry;
import io.tandem.embedded.faults.FaultPlan;
import io.tandem.embedded.log.ChangeLog;
import io.tandem.embedded.log.ServerClock;
import io.tandem.embedded.store.Storage;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What all commands work with. Any thread. */
public final class Server {
    private final Settings settings;
    private final Storage storage;
    private final ServerClock clock;
    private final FaultPlan faults;
    private final CursorRegistry cursors = new CursorRegistry();
    private final Transactions transactions;
    private final RetryCache retries = new RetryCache();
    private final Instant started = Instant.now();
    private final AtomicLong commands = new AtomicLong();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile String address = "";

    public Server(Settings settings, Storage storage, ServerClock clock, FaultPlan faults) {
        this.settings = settings;
        this.storage = storage;
        this.clock = clock;
        this.faults = faults;
        this.transactions = new Transactions(storage);
    }

    public Settings settings() {
        return settings;
    }

    public Storage storage() {
        return storage;
    }

    public ChangeLog log() {
        return storage.log();
    }

    public ServerClock clock() {
        return clock;
    }

    public FaultPlan faults() {
        return faults;
    }

    public CursorRegistry cursors() {
        return cursors;
    }

    public Transactions transactions() {
        return transactions;
    }

    public RetryCache retries() {
        return retries;
    }

    public Instant started() {
        return started;
    }

    /** Counts the commands executed. */
    public AtomicLong commands() {
        return commands;
    }

    /** Counts the open connections. */
    public AtomicInteger connections() {
        return connections;
    }

    /** Host and port that clients are told to use. */
    public String address() {
        return address;
    }

    public void setAddress(String newAddress) {
        address = newAddress;
    }

    /** Ends what belongs to clients: cursors and open transactions. */
    public void abandonClients() {
        cursors.closeAll();
        transactions.abortAll();
    }

    /** Ends what clients have forgotten, and makes the journal smaller when that is worth it. */
    public void tidy() {
        cursors.closeIdle();
        transactions.abortExpired();
        if (storage.journal().isRewriteDue()) {
            storage.gate().enter();
            try {
                storage.journal().rewrite();
            } finally {
                storage.gate().leave();
            }
        }
    }
}
