package io.tandem.engine.fake;

import io.tandem.engine.model.DocKey;
import io.tandem.engine.status.QuarantineEntry;
import io.tandem.engine.write.QuarantineStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The quarantine in memory. */
public final class FakeQuarantine implements QuarantineStore {
    public final Map<DocKey, Detainee> entries = new LinkedHashMap<>();
    private final Faults faults;

    public FakeQuarantine(Faults faults) {
        this.faults = faults;
    }

    @Override
    public void save(Detainee detainee) {
        faults.point("save detainee");
        entries.put(detainee.key(), detainee);
    }

    @Override
    public void remove(DocKey key) {
        faults.point("remove detainee");
        entries.remove(key);
    }

    @Override
    public List<DocKey> due(long agentMillis, int limit) {
        return entries.values().stream()
                .filter(detainee -> detainee.nextMillis() <= agentMillis)
                .map(Detainee::key)
                .limit(limit)
                .toList();
    }

    @Override
    public List<Waiting> waiting(int limit) {
        return entries.values().stream()
                .limit(limit)
                .map(d -> new Waiting(d.key(), d.target(), d.code(), d.attempts(), d.firstMillis(), d.nextMillis()))
                .toList();
    }

    @Override
    public long count() {
        return entries.size();
    }

    @Override
    public List<QuarantineEntry> list(int limit) {
        throw new UnsupportedOperationException("nobody lists this quarantine");
    }

    @Override
    public Optional<DocKey> find(String id) {
        throw new UnsupportedOperationException("nobody searches this quarantine");
    }
}
