package io.tandem.engine.scan;

import io.tandem.engine.checkpoint.BaseStore;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.HubState;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.StateId;
import io.tandem.engine.model.Tombstone;
import io.tandem.engine.read.StateReader;
import io.tandem.engine.scan.KeyScanner.Range;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonValue;

/**
 * Documents that both sides had agreed on and that are gone from one of them: deletes to all appearances. When a person says
 * that they are not, or the hub was put back to an older backup, the base states are rewritten so that the other side's
 * documents count as new and are put back. Thread-safe, blocking.
 */
public final class Vanished {
    private static final int BATCH = 500;

    private final KeyScanner scanner;
    private final StateReader reader;
    private final BaseStore bases;

    public Vanished(KeyScanner scanner, StateReader reader, BaseStore bases) {
        this.scanner = scanner;
        this.reader = reader;
        this.bases = bases;
    }

    /** Keys of the documents gone from a side, at most {@code limit}. */
    public List<BsonValue> list(String collection, Side goneFrom, int limit) {
        List<BsonValue> ids = new ArrayList<>();
        try (Alignment rows = new Alignment(scanner, collection, Range.ALL, goneFrom == Side.HUB)) {
            for (Optional<Alignment.Row> row = rows.next(); row.isPresent() && ids.size() < limit; row = rows.next()) {
                if (isGone(row.get(), goneFrom)) {
                    ids.add(row.get().id());
                }
            }
        }
        return ids;
    }

    /** Makes the documents gone from a side count as new on the other; returns how many. */
    public long disbelieve(String collection, Side goneFrom) {
        long count = 0;
        List<DocKey> batch = new ArrayList<>();
        try (Alignment rows = new Alignment(scanner, collection, Range.ALL, goneFrom == Side.HUB)) {
            for (Optional<Alignment.Row> row = rows.next(); row.isPresent(); row = rows.next()) {
                if (isGone(row.get(), goneFrom)) {
                    batch.add(DocKey.of(collection, row.get().id()));
                    count++;
                }
                if (batch.size() >= BATCH) {
                    rewrite(batch, goneFrom);
                    batch.clear();
                }
            }
        }
        rewrite(batch, goneFrom);
        return count;
    }

    private static boolean isGone(Alignment.Row row, Side side) {
        return row.base().isLive() && (side == Side.LOCAL ? row.local() : row.hub()).isEmpty();
    }

    /** A delete that the hub remembers becomes the agreed state, so that the local document is a change made after it. */
    private void rewrite(List<DocKey> keys, Side goneFrom) {
        if (keys.isEmpty()) {
            return;
        }
        Map<DocKey, BaseRecord> rewritten = new LinkedHashMap<>();
        Map<DocKey, HubState> hub = goneFrom == Side.HUB ? reader.readHub(keys) : Map.of();
        for (DocKey key : keys) {
            Optional<Tombstone> tombstone =
                    hub.getOrDefault(key, HubState.EMPTY).tombstone();
            rewritten.put(
                    key,
                    tombstone
                            .map(t -> BaseRecord.agreed(StateId.deleted(t.version()), Optional.empty()))
                            .orElse(BaseRecord.NONE));
        }
        bases.save(rewritten);
    }
}
