package io.tandem.engine.fake;

import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.HubState;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.Tombstone;
import io.tandem.engine.model.Version;
import io.tandem.engine.read.StateReader;
import io.tandem.engine.read.TooLargeABatch;
import io.tandem.engine.write.GuardedTarget;
import io.tandem.engine.write.Outcome;
import io.tandem.engine.write.Swap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Both databases in memory. A call can fail before its first write and after every single one. */
public final class FakeSides implements GuardedTarget, StateReader {
    private static final long LARGE = 2L * 1024 * 1024;

    public final Map<DocKey, Doc> local = new HashMap<>();
    public final Map<DocKey, Doc> hub = new HashMap<>();
    public final Map<DocKey, Tombstone> tombstones = new HashMap<>();
    public final Map<String, Conflict> log = new LinkedHashMap<>();
    /** Keys whose writes a server refuses. */
    public final Set<DocKey> refused = new HashSet<>();

    /** Keys that make a reader stumble in a way that nobody foresaw. */
    public final Set<DocKey> stumblingBlocks = new HashSet<>();
    /** How many documents can be read together. */
    public int readMax = Integer.MAX_VALUE;
    /** Why nothing can be written on the hub. */
    public Optional<FaultCode> hubFailure = Optional.empty();

    private final Faults faults;

    public FakeSides(Faults faults) {
        this.faults = faults;
    }

    /** What a side holds. */
    public Map<DocKey, Doc> of(Side side) {
        return side == Side.LOCAL ? local : hub;
    }

    @Override
    public List<Outcome> swap(Side side, List<Swap> swaps) {
        String name = side + " swap";
        faults.point(name);
        if (side == Side.HUB && hubFailure.isPresent()) {
            throw new SyncException(hubFailure.get(), "the hub fails in the fake");
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Swap swap : swaps) {
            outcomes.add(swapOne(of(side), swap));
            faults.point(name + "ped");
        }
        return outcomes;
    }

    private Outcome swapOne(Map<DocKey, Doc> documents, Swap swap) {
        if (refused.contains(swap.key())) {
            return new Outcome.Refused(FaultCode.VALIDATION, "refused by the fake");
        }
        if (!Optional.ofNullable(documents.get(swap.key())).equals(swap.seen())) {
            return Outcome.MISSED;
        }
        if (swap.next().isPresent()) {
            documents.put(swap.key(), Doc.of(swap.next().get()));
        } else {
            documents.remove(swap.key());
        }
        return Outcome.APPLIED;
    }

    @Override
    public List<Outcome> bury(List<Burial> burials) {
        faults.point("bury");
        List<Outcome> outcomes = new ArrayList<>();
        for (Burial burial : burials) {
            Version there = Optional.ofNullable(tombstones.get(burial.key()))
                    .map(Tombstone::version)
                    .orElse(Version.NONE);
            if (there.isAfter(burial.tombstone().version())) {
                outcomes.add(Outcome.MISSED);
            } else {
                tombstones.put(burial.key(), burial.tombstone());
                outcomes.add(Outcome.APPLIED);
            }
            faults.point("buried");
        }
        return outcomes;
    }

    @Override
    public void log(List<Conflict> conflicts) {
        faults.point("log");
        for (Conflict conflict : conflicts) {
            log.putIfAbsent(conflict.id(), conflict);
            faults.point("logged");
        }
    }

    @Override
    public Map<DocKey, Doc> readLocal(Collection<DocKey> keys) {
        if (keys.stream().anyMatch(stumblingBlocks::contains)) {
            throw new IllegalStateException("nobody foresaw this");
        }
        if (keys.size() > readMax) {
            throw new TooLargeABatch(LARGE);
        }
        Map<DocKey, Doc> found = new HashMap<>(local);
        found.keySet().retainAll(keys);
        return found;
    }

    @Override
    public Map<DocKey, HubState> readHub(Collection<DocKey> keys) {
        Map<DocKey, HubState> found = new HashMap<>();
        for (DocKey key : keys) {
            found.put(key, new HubState(Optional.ofNullable(hub.get(key)), Optional.ofNullable(tombstones.get(key))));
        }
        return found;
    }
}
