package io.tandem.simulation.memory;

import io.tandem.engine.checkpoint.HubStore;
import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Tombstone;
import io.tandem.engine.model.Version;
import io.tandem.engine.status.ConflictEntry;
import io.tandem.engine.status.Device;
import io.tandem.engine.write.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The hub: its documents and what Tandem keeps beside them. Any thread may call any method. */
public final class MemoryHub implements HubStore {
    private final MemoryDatabase database;
    private final Map<DocKey, Tombstone> tombstones = new HashMap<>();
    private final Map<String, ConflictEntry> conflicts = new LinkedHashMap<>();
    private final Map<String, Heartbeat> devices = new TreeMap<>();
    private final Map<String, Long> lastSeen = new HashMap<>();
    private HubIdentity identity = new HubIdentity("hub-1", 0);

    public MemoryHub(MemoryDatabase database) {
        this.database = database;
    }

    public MemoryDatabase database() {
        return database;
    }

    public synchronized Optional<Tombstone> tombstone(DocKey key) {
        return Optional.ofNullable(tombstones.get(key));
    }

    /** Leaves a tombstone unless there is one of the same or a later version. */
    public synchronized Outcome bury(DocKey key, Tombstone tombstone) {
        Tombstone old = tombstones.get(key);
        if (old != null && !tombstone.version().isAfter(old.version())) {
            return old.equals(tombstone) ? Outcome.APPLIED : Outcome.MISSED;
        }
        tombstones.put(key, tombstone);
        return Outcome.APPLIED;
    }

    /** Forgets tombstones left before that time; returns how many. */
    public synchronized int expireTombstones(long beforeVersionTime) {
        int before = tombstones.size();
        tombstones.values().removeIf(t -> t.version().time() < beforeVersionTime);
        return before - tombstones.size();
    }

    public synchronized void log(Conflict conflict, String device) {
        conflicts.putIfAbsent(
                conflict.id(),
                new ConflictEntry(
                        conflict.id(),
                        conflict.key().collection(),
                        conflict.key().id(),
                        Instant.ofEpochMilli(database.millis()),
                        device,
                        conflict.strategy(),
                        ConflictEntry.Winner.valueOf(conflict.winner().name()),
                        conflict.local().map(d -> d.content()),
                        view(conflict.localVersion()),
                        conflict.hub().map(d -> d.content()),
                        view(conflict.hubVersion()),
                        Optional.empty()));
    }

    private static ConflictEntry.VersionView view(Version version) {
        return new ConflictEntry.VersionView(version.instant(), version.origin(), version.time());
    }

    /** Entries, newest first. */
    public synchronized List<ConflictEntry> conflicts() {
        List<ConflictEntry> newestFirst = new ArrayList<>(conflicts.values());
        java.util.Collections.reverse(newestFirst);
        newestFirst.sort(Comparator.comparing(ConflictEntry::at).reversed());
        return newestFirst;
    }

    synchronized Optional<ConflictEntry> conflict(String id) {
        return Optional.ofNullable(conflicts.get(id));
    }

    synchronized void restored(String id) {
        conflicts.computeIfPresent(
                id,
                (key, e) -> new ConflictEntry(
                        e.id(),
                        e.collection(),
                        e.documentId(),
                        e.at(),
                        e.device(),
                        e.strategy(),
                        e.winner(),
                        e.localDocument(),
                        e.localVersion(),
                        e.hubDocument(),
                        e.hubVersion(),
                        Optional.of(Instant.ofEpochMilli(database.millis()))));
    }

    /** Another hub, or this one restored from a backup. */
    public synchronized void identity(HubIdentity next) {
        identity = next;
    }

    @Override
    public synchronized HubIdentity identity() {
        return identity;
    }

    @Override
    public synchronized Optional<String> nonceOf(String instanceId) {
        return Optional.ofNullable(devices.get(instanceId)).map(Heartbeat::nonce);
    }

    @Override
    public void heartbeat(Heartbeat heartbeat) {
        synchronized (this) {
            devices.put(heartbeat.instanceId(), heartbeat);
            lastSeen.put(heartbeat.instanceId(), database.millis());
        }
        database.heartbeat(heartbeat.instanceId(), heartbeat.number());
    }

    @Override
    public synchronized List<Device> devices(String self) {
        List<Device> found = new ArrayList<>();
        for (Heartbeat beat : devices.values()) {
            found.add(new Device(
                    beat.instanceId(),
                    Instant.ofEpochMilli(lastSeen.getOrDefault(beat.instanceId(), 0L)),
                    Instant.ofEpochMilli(beat.startedAtMillis()),
                    beat.version(),
                    beat.role(),
                    beat.lagMillis(),
                    beat.queueSize(),
                    beat.clockOffsetMillis(),
                    beat.identityClash(),
                    beat.instanceId().equals(self)));
        }
        return found;
    }

    @Override
    public void prepare(int tombstoneRetentionDays) {
        // indexes make nothing faster in memory; tombstones expire when the world says so
    }
}
