package io.tandem.engine.write;

import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.status.QuarantineEntry;
import java.util.List;
import java.util.Optional;

/**
 * The changes that could not be applied, in the local collection {@code _sync_quarantine}. Thread-safe, blocking; throws
 * {@link io.tandem.engine.fault.SyncException} with {@code LOCAL_UNREACHABLE}.
 */
public interface QuarantineStore {
    /** Adds an entry, or replaces the one of the same key. Durable when it returns. */
    void save(Detainee detainee);

    void remove(DocKey key);

    /** Keys to try again by now, the longest waiting first. */
    List<DocKey> due(long agentMillis, int limit);

    /** All entries without their documents, at most {@code limit}. */
    List<Waiting> waiting(int limit);

    long count();

    /** For operators, oldest first. */
    List<QuarantineEntry> list(int limit);

    /** The key of an operator's entry. */
    Optional<DocKey> find(String id);

    /**
     * An entry without its documents; for the fields see {@link Detainee}.
     */
    record Waiting(DocKey key, Side target, FaultCode code, int attempts, long firstMillis, long nextMillis) {}

    /**
     * A change that waits.
     *
     * @param key which document
     * @param target the side that refused it
     * @param code why
     * @param message what the server said
     * @param local the device's document
     * @param hub the hub's document
     * @param attempts how often it was tried
     * @param firstMillis first failure, agent's clock
     * @param nextMillis when to try again, agent's clock
     */
    record Detainee(
            DocKey key,
            Side target,
            FaultCode code,
            String message,
            Optional<Doc> local,
            Optional<Doc> hub,
            int attempts,
            long firstMillis,
            long nextMillis) {}
}
