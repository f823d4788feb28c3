package io.tandem.simulation.memory;

import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.status.QuarantineEntry;
import io.tandem.engine.write.QuarantineStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A device's quarantine. Any thread may call any method. */
public final class MemoryQuarantine implements QuarantineStore {
    private final Map<DocKey, Detainee> detainees = new LinkedHashMap<>();

    @Override
    public synchronized void save(Detainee detainee) {
        detainees.put(detainee.key(), detainee);
    }

    @Override
    public synchronized void remove(DocKey key) {
        detainees.remove(key);
    }

    @Override
    public synchronized List<DocKey> due(long agentMillis, int limit) {
        return detainees.values().stream()
                .filter(d -> d.nextMillis() <= agentMillis)
                .sorted(Comparator.comparingLong(Detainee::nextMillis))
                .limit(limit)
                .map(Detainee::key)
                .toList();
    }

    @Override
    public synchronized List<Waiting> waiting(int limit) {
        return detainees.values().stream()
                .limit(limit)
                .map(d -> new Waiting(d.key(), d.target(), d.code(), d.attempts(), d.firstMillis(), d.nextMillis()))
                .toList();
    }

    @Override
    public synchronized long count() {
        return detainees.size();
    }

    public synchronized boolean contains(DocKey key) {
        return detainees.containsKey(key);
    }

    @Override
    public synchronized List<QuarantineEntry> list(int limit) {
        return detainees.values().stream()
                .sorted(Comparator.comparingLong(Detainee::firstMillis))
                .limit(limit)
                .map(MemoryQuarantine::entry)
                .toList();
    }

    @Override
    public synchronized Optional<DocKey> find(String id) {
        return detainees.keySet().stream().filter(key -> id(key).equals(id)).findFirst();
    }

    private static String id(DocKey key) {
        return key.collection() + "-" + HexFormat.of().formatHex(key.canonicalId());
    }

    private static QuarantineEntry entry(Detainee d) {
        return new QuarantineEntry(
                id(d.key()),
                d.key().collection(),
                d.key().id(),
                d.target() == Side.HUB ? "localToAtlas" : "atlasToLocal",
                d.code().id(),
                d.message(),
                d.local().map(Doc::content),
                d.hub().map(Doc::content),
                d.attempts(),
                Instant.ofEpochMilli(d.firstMillis()),
                Instant.ofEpochMilli(d.nextMillis()));
    }
}
