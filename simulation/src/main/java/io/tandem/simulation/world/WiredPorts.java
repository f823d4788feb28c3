package io.tandem.simulation.world;

import io.tandem.engine.checkpoint.BaseStore;
import io.tandem.engine.checkpoint.DeviceStore;
import io.tandem.engine.checkpoint.HubStore;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.HubState;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.Tombstone;
import io.tandem.engine.read.StateReader;
import io.tandem.engine.scan.KeyScanner;
import io.tandem.engine.status.ConflictEntry;
import io.tandem.engine.status.ConflictPage;
import io.tandem.engine.status.ConflictQuery;
import io.tandem.engine.status.Device;
import io.tandem.engine.status.QuarantineEntry;
import io.tandem.engine.time.ClockProbe;
import io.tandem.engine.watch.Position;
import io.tandem.engine.write.ConflictLog;
import io.tandem.engine.write.QuarantineStore;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** The ports that only read, or that keep an agent's own notes, each operation of which goes over a {@link Wire}. */
final class WiredPorts {
    private WiredPorts() {}

    private record Saved(DocKey key, BaseRecord record) {
        @Override
        public int hashCode() {
            return key.hashCode() + record.version().hashCode();
        }

        @Override
        public String toString() {
            return key + " " + record.state()
                    + record.intent().map(i -> " intent " + i.thenBase()).orElse("")
                    + record.pushing().map(p -> " pushing " + p.next()).orElse("")
                    + record.mark().map(m -> " " + m).orElse("");
        }
    }

    /** Hears at which moment what was looked at. */
    interface Looks {
        /** A device's document is being read. */
        void local(DocKey key);

        /** The hub's document was read, and this tombstone. */
        void hub(DocKey key, Optional<Tombstone> seen);
    }

    static StateReader reader(StateReader memory, Wire wire, Looks looks) {
        return new StateReader() {
            @Override
            public Map<DocKey, Doc> readLocal(Collection<DocKey> keys) {
                Map<DocKey, Doc> found = new LinkedHashMap<>();
                for (DocKey key : keys) {
                    wire.pause();
                    found.putAll(wire.read(Side.LOCAL, "read-local", key, () -> {
                        looks.local(key);
                        return memory.readLocal(List.of(key));
                    }));
                }
                return found;
            }

            @Override
            public Map<DocKey, HubState> readHub(Collection<DocKey> keys) {
                return readHub(keys, any -> true);
            }

            /** Where nothing is remembered the tombstone is as old as it can be. */
            @Override
            public Map<DocKey, HubState> readHub(Collection<DocKey> keys, Predicate<DocKey> known) {
                Map<DocKey, HubState> found = new LinkedHashMap<>();
                for (DocKey key : keys) {
                    HubState before = memory.readHub(List.of(key)).getOrDefault(key, HubState.EMPTY);
                    Optional<Doc> doc = wire.read(Side.HUB, "read-hub", key, () -> memory.readHub(List.of(key)))
                            .getOrDefault(key, HubState.EMPTY)
                            .doc();
                    wire.pause();
                    HubState later = memory.readHub(List.of(key)).getOrDefault(key, HubState.EMPTY);
                    Optional<Tombstone> seen = known.test(key) ? later.tombstone() : before.tombstone();
                    looks.hub(key, seen);
                    found.put(key, new HubState(doc, seen));
                }
                return found;
            }
        };
    }

    static BaseStore bases(BaseStore memory, Wire wire, BiFunction<DocKey, BaseRecord, Boolean> saved) {
        return new BaseStore() {
            @Override
            public Map<DocKey, BaseRecord> load(Collection<DocKey> keys) {
                return wire.read(Side.LOCAL, "load-bases", keys.size(), () -> memory.load(keys));
            }

            @Override
            public void save(Map<DocKey, BaseRecord> records) {
                records.forEach((key, record) -> wire.write(Side.LOCAL, "save-base", new Saved(key, record), () -> {
                    memory.save(Map.of(key, record));
                    return saved.apply(key, record);
                }));
            }

            @Override
            public List<DocKey> dirty(Optional<DocKey> after, int limit) {
                return wire.read(Side.LOCAL, "list-dirty", limit, () -> memory.dirty(after, limit));
            }

            @Override
            public long countDirty() {
                return wire.read(Side.LOCAL, "count-dirty", "", memory::countDirty);
            }

            @Override
            public long countLive(String collection) {
                return wire.read(Side.LOCAL, "count-live", collection, () -> memory.countLive(collection));
            }

            @Override
            public Set<String> collections() {
                return wire.read(Side.LOCAL, "list-base-collections", "", memory::collections);
            }

            @Override
            public void forgetAll() {
                wire.write(Side.LOCAL, "forget-all", "", () -> {
                    memory.forgetAll();
                    return true;
                });
            }

            @Override
            public long forgetDeletedBefore(long versionTime) {
                return wire.write(
                        Side.LOCAL, "forget-deleted", versionTime, () -> memory.forgetDeletedBefore(versionTime));
            }
        };
    }

    static QuarantineStore quarantine(QuarantineStore memory, Wire wire) {
        return new QuarantineStore() {
            @Override
            public void save(Detainee detainee) {
                wire.write(Side.LOCAL, "quarantine", detainee.key() + " " + detainee.code(), () -> {
                    memory.save(detainee);
                    return true;
                });
            }

            @Override
            public void remove(DocKey key) {
                wire.write(Side.LOCAL, "unquarantine", key, () -> {
                    memory.remove(key);
                    return true;
                });
            }

            @Override
            public List<DocKey> due(long agentMillis, int limit) {
                return wire.read(Side.LOCAL, "quarantine-due", "", () -> memory.due(agentMillis, limit));
            }

            @Override
            public List<Waiting> waiting(int limit) {
                return wire.read(Side.LOCAL, "quarantine-waiting", "", () -> memory.waiting(limit));
            }

            @Override
            public long count() {
                return wire.read(Side.LOCAL, "quarantine-count", "", memory::count);
            }

            @Override
            public List<QuarantineEntry> list(int limit) {
                return wire.read(Side.LOCAL, "quarantine-list", "", () -> memory.list(limit));
            }

            @Override
            public Optional<DocKey> find(String id) {
                return wire.read(Side.LOCAL, "quarantine-find", id, () -> memory.find(id));
            }
        };
    }

    static ConflictLog conflictLog(ConflictLog memory, Wire wire) {
        return new ConflictLog() {
            @Override
            public ConflictPage page(ConflictQuery query) {
                return wire.read(Side.HUB, "conflict-page", "", () -> memory.page(query));
            }

            @Override
            public Optional<ConflictEntry> find(String id) {
                return wire.read(Side.HUB, "conflict-find", id, () -> memory.find(id));
            }

            @Override
            public void restored(String id) {
                wire.write(Side.HUB, "conflict-restored", id, () -> {
                    memory.restored(id);
                    return true;
                });
            }
        };
    }

    /** Looks at each position before it is saved. */
    interface PositionCheck {
        void check(Side side, Position position);
    }

    static DeviceStore device(DeviceStore memory, Wire wire, PositionCheck check) {
        return new DeviceStore() {
            @Override
            public Optional<Position> position(Side side) {
                return wire.read(Side.LOCAL, "load-position", side.name(), () -> memory.position(side));
            }

            @Override
            public boolean savePosition(Side side, Position position, boolean expectPresent) {
                return wire.write(Side.LOCAL, "save-position", side.name() + position.token(), () -> {
                    boolean saved = memory.savePosition(side, position, expectPresent);
                    if (saved) {
                        check.check(side, position);
                    }
                    return saved;
                });
            }

            @Override
            public void clearPosition(Side side) {
                wire.write(Side.LOCAL, "clear-position", side.name(), () -> {
                    memory.clearPosition(side);
                    return true;
                });
            }

            @Override
            public Optional<BsonDocument> note(String id) {
                return wire.read(Side.LOCAL, "load-note", id, () -> memory.note(id));
            }

            @Override
            public void saveNote(String id, BsonDocument note) {
                wire.write(Side.LOCAL, "save-note", id + " " + note, () -> {
                    memory.saveNote(id, note);
                    return true;
                });
            }

            @Override
            public void removeNote(String id) {
                wire.write(Side.LOCAL, "remove-note", id, () -> {
                    memory.removeNote(id);
                    return true;
                });
            }

            @Override
            public Lease acquire(String owner, Duration duration) {
                return wire.write(Side.LOCAL, "acquire-lease", owner, () -> memory.acquire(owner, duration));
            }

            @Override
            public void release(String owner) {
                wire.write(Side.LOCAL, "release-lease", owner, () -> {
                    memory.release(owner);
                    return true;
                });
            }
        };
    }

    static HubStore hub(HubStore memory, Wire wire) {
        return new HubStore() {
            @Override
            public HubIdentity identity() {
                return wire.read(Side.HUB, "hub-identity", "", memory::identity);
            }

            @Override
            public Optional<String> nonceOf(String instanceId) {
                return wire.read(Side.HUB, "hub-nonce", instanceId, () -> memory.nonceOf(instanceId));
            }

            @Override
            public void heartbeat(Heartbeat heartbeat) {
                wire.write(Side.HUB, "heartbeat", heartbeat.number(), () -> {
                    memory.heartbeat(heartbeat);
                    return true;
                });
            }

            @Override
            public List<Device> devices(String self) {
                return wire.read(Side.HUB, "hub-devices", "", () -> memory.devices(self));
            }

            @Override
            public void prepare(int tombstoneRetentionDays) {
                wire.write(Side.HUB, "hub-prepare", "", () -> {
                    memory.prepare(tombstoneRetentionDays);
                    return true;
                });
            }
        };
    }

    static KeyScanner scanner(KeyScanner memory, Wire wire) {
        return new KeyScanner() {
            @Override
            public List<CollectionInfo> collections(Side side) {
                return wire.read(side, "list-collections", side.name(), () -> memory.collections(side));
            }

            @Override
            public long estimate(Side side, String collection) {
                return wire.read(side, "estimate", collection, () -> memory.estimate(side, collection));
            }

            @Override
            public List<BsonValue> split(String collection, int ranges) {
                return wire.read(Side.HUB, "split", collection, () -> memory.split(collection, ranges));
            }

            @Override
            public Pages<Scanned> documents(Side side, String collection, Range range) {
                return pages(side, "scan-" + side, wire, memory.documents(side, collection, range));
            }

            @Override
            public Pages<ScannedBase> bases(String collection, Range range) {
                return pages(Side.LOCAL, "scan-bases", wire, memory.bases(collection, range));
            }
        };
    }

    private static <T> KeyScanner.Pages<T> pages(Side side, String what, Wire wire, KeyScanner.Pages<T> memory) {
        return new KeyScanner.Pages<>() {
            @Override
            public List<T> next() {
                return wire.read(side, what, "", memory::next);
            }

            @Override
            public void close() {
                memory.close();
            }
        };
    }

    /**
     * The first question to each server is slow on one of its two ways, which makes the measured offset wrong.
     *
     * @param coldMillis how slow at most
     */
    static ClockProbe clock(Site site, Clock hub, Wire wire, SplittableRandom random, long coldMillis) {
        Set<Side> warm = EnumSet.noneOf(Side.class);
        return side -> {
            long slow = warm.add(side) && coldMillis > 0 ? random.nextLong(coldMillis * 1000) : 0;
            boolean there = random.nextBoolean();
            long before = site.clock.millis();
            long beforeNanos = site.clock.nanos();
            Clock server = side == Side.LOCAL ? site.clock : hub;
            wire.sleep(there ? slow : 0);
            long serverMillis = wire.read(side, "ask-time", side.name(), server::millis);
            wire.sleep(there ? 0 : slow);
            long after = site.clock.millis();
            return new ClockProbe.Sample(serverMillis, before + (after - before) / 2, site.clock.nanos() - beforeNanos);
        };
    }
}
