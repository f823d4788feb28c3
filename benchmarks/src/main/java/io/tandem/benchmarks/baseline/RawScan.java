package io.tandem.benchmarks.baseline;

import com.mongodb.client.MongoDatabase;
import io.tandem.benchmarks.lab.Waiting;
import io.tandem.engine.model.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bson.RawBsonDocument;

/**
 * Reads collections to their ends, at the same time, and does nothing with them. Immutable.
 *
 * @param batchSize documents read together
 */
public record RawScan(int batchSize) {
    private static final String STATES = new Names("").state();

    private record Source(MongoDatabase database, String collection) {}

    /** Reads a collection of both sides; returns how many bytes. Blocking. */
    public long scan(MongoDatabase local, MongoDatabase hub, String collection) {
        return scan(List.of(new Source(local, collection), new Source(hub, collection)));
    }

    /** The same and the device's base states: whatever compares, with an engine or without, has to read as much. */
    public long scanWithStates(MongoDatabase local, MongoDatabase hub, String collection) {
        return scan(List.of(new Source(local, collection), new Source(hub, collection), new Source(local, STATES)));
    }

    private long scan(List<Source> sources) {
        AtomicLong bytes = new AtomicLong();
        List<Thread> others = new ArrayList<>();
        for (Source source : sources.subList(1, sources.size())) {
            Thread other = new Thread(() -> bytes.addAndGet(read(source)), "raw-scan");
            other.start();
            others.add(other);
        }
        bytes.addAndGet(read(sources.get(0)));
        others.forEach(Waiting::join);
        return bytes.get();
    }

    private long read(Source source) {
        long bytes = 0;
        for (RawBsonDocument document : source.database()
                .getCollection(source.collection(), RawBsonDocument.class)
                .find()
                .batchSize(batchSize)) {
            bytes += document.getByteBuffer().remaining();
        }
        return bytes;
    }
}
