package io.tandem.simulation.world;

import io.tandem.engine.model.CollectionMode;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Version;
import io.tandem.simulation.memory.MemoryDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.bson.BsonArray;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.types.ObjectId;

/** Everybody who acts on the world: applications, people at the hub, operators, and what breaks machines and networks. */
final class People {
    private static final List<CollectionMode> MODES = List.of(CollectionMode.values());

    private final World world;
    private final Scenario scenario;
    private final SplittableRandom random;
    private final List<String> collections = new ArrayList<>();
    private final Map<DocKey, List<Doc>> oldHubDocs = new TreeMap<>(java.util.Comparator.comparing(DocKey::toString));
    private final Map<DocKey, Long> increments = new TreeMap<>(java.util.Comparator.comparing(DocKey::toString));
    private final Map<String, List<Doc>> contents = new TreeMap<>();
    private int tokens;
    private int writes;
    private boolean dropping;

    People(World world) {
        this.world = world;
        this.scenario = world.scenario();
        this.random = world.random().split();
        collections.add(World.NOTES);
        if (random.nextInt(4) == 0) {
            collections.add(World.PUSHED);
        }
        if (random.nextInt(8) == 0) {
            collections.add(World.WATCHED);
        }
        if (scenario.merges()) {
            collections.add(World.COUNTED);
        }
        if (scenario.refusals()) {
            collections.add(World.UNIQUE);
        }
    }

    /** Writes that anybody but the engine made. */
    int writes() {
        return writes;
    }

    /** How much was added to a counter. */
    long increments(DocKey key) {
        return increments.getOrDefault(key, 0L);
    }

    List<String> collections() {
        return collections;
    }

    /** Before the agents start. */
    void prepare() {
        if (scenario.refusals()) {
            places().forEach(place -> {
                if (random.nextBoolean()) {
                    place.uniqueIndex(World.UNIQUE, "u");
                }
            });
            world.hub().database().validator(World.UNIQUE, doc -> !doc.content().containsKey("refused"));
        }
        if (scenario.filled()) {
            for (int i = 0; i < 3 + 2 * scenario.devices(); i++) {
                writeSomewhere();
            }
        }
    }

    private List<MemoryDatabase> places() {
        List<MemoryDatabase> places = new ArrayList<>();
        world.sites().forEach(site -> places.add(site.database));
        places.add(world.hub().database());
        return places;
    }

    private void writeSomewhere() {
        int place = random.nextInt(world.sites().size() + 1);
        if (place == world.sites().size()) {
            direct();
        } else {
            write(world.sites().get(place));
        }
    }

    /** Spreads everything that happens over the active time. */
    void schedule() {
        repeat(scenario.writes(), () -> write(world.sites().get(random.nextInt(scenario.devices()))));
        repeat(scenario.directWrites(), this::direct);
        repeat(scenario.crashes(), this::crash);
        repeat(scenario.partitions(), this::partition);
        repeat(scenario.historyLost(), this::loseHistory);
        repeat(scenario.tokensDeleted(), this::deleteToken);
        repeat(scenario.toggles(), this::toggle);
        repeat(scenario.modeChanges(), this::changeMode);
        repeat(scenario.drops(), this::drop);
        repeat(scenario.bulkDeletes(), this::bulkDelete);
        if (scenario.tombstonesExpire()) {
            repeat(1, () -> {
                log("hub", "expire-tombstones");
                long last = Version.timeAt(world.hubClock().millis() - 3_000);
                world.hub().expireTombstones(last);
                world.journal().forgotten(new Version(last, ""));
            });
        }
    }

    private void repeat(int times, Runnable event) {
        for (int i = 0; i < times; i++) {
            world.fibers().after(random.nextLong(scenario.activeMillis() * 1000), event);
        }
    }

    private void log(String who, String what) {
        world.trace().add(world.fibers().micros(), who, what, "");
    }

    private DocKey key() {
        String collection = collections.get(random.nextInt(collections.size()));
        int number =
                random.nextInt(collection.equals(World.NOTES) && scenario.bulkDeletes() > 0 ? 10 : scenario.keys());
        return DocKey.of(collection, id(number));
    }

    private static BsonValue id(int number) {
        return switch (number % 5) {
            case 0 -> new BsonString("k" + number);
            case 1 -> new BsonInt32(number);
            case 2 -> new org.bson.BsonObjectId(new ObjectId(String.format("%024x", number)));
            case 3 -> new BsonDouble(number + 0.5);
            default -> new BsonDocument("a", new BsonInt64(number)).append("b", new BsonString("x"));
        };
    }

    /** An application writes on a device. */
    private void write(Site site) {
        DocKey key = key();
        Optional<Doc> old = site.database.find(key);
        if (key.collection().equals(World.COUNTED)) {
            site.database.write(key, counted(site.name, key, old), true);
        } else if (old.isPresent() && random.nextInt(4) == 0) {
            site.database.delete(key);
        } else {
            site.database.write(key, content(site.name, key), true);
        }
        writes++;
    }

    /** A new content; now and then one that this document had before at this place, which is hard to tell where no feed tells of it. */
    private Doc content(String who, DocKey key) {
        List<Doc> before = contents.computeIfAbsent(who + key, k -> new ArrayList<>());
        int oneIn = scenario.standalone() > 0 ? 2 : 10;
        if (!before.isEmpty() && random.nextInt(oneIn) == 0) {
            return before.get(random.nextInt(before.size()));
        }
        BsonDocument document = new BsonDocument("_id", key.id()).append("w", new BsonString(who + "-" + tokens++));
        if (random.nextInt(8) == 0) {
            document.append("updatedAt", new BsonDateTime(world.hubClock().millis()));
        }
        if (key.collection().equals(World.UNIQUE)) {
            document.append("u", new BsonInt32(random.nextInt(4)));
            if (random.nextInt(6) == 0) {
                document.append("refused", new BsonInt32(1));
            }
        }
        before.add(Doc.of(document));
        return Doc.of(document);
    }

    private Doc counted(String who, DocKey key, Optional<Doc> old) {
        BsonDocument document = new BsonDocument("_id", key.id());
        old.ifPresent(doc -> doc.content().forEach(document::append));
        int more = 1 + random.nextInt(9);
        increments.merge(key, (long) more, Long::sum);
        int before = document.containsKey("n") ? document.getInt32("n").getValue() : 0;
        document.put("n", new BsonInt32(before + more));
        document.put("f" + who, new BsonString("w" + tokens++));
        BsonArray tags =
                document.containsKey("tags") ? document.getArray("tags").clone() : new BsonArray();
        if (random.nextBoolean()) {
            tags.add(new BsonString("t" + tokens));
            document.put("tags", tags);
        }
        return Doc.of(document);
    }

    /** A person edits or deletes on the hub, knowing nothing of metadata, or too little. */
    private void direct() {
        MemoryDatabase database = world.hub().database();
        DocKey key = key();
        Optional<Doc> old = database.find(key);
        old.ifPresent(
                doc -> oldHubDocs.computeIfAbsent(key, k -> new ArrayList<>()).add(doc));
        writes++;
        boolean counted = key.collection().equals(World.COUNTED);
        if (old.isPresent() && !counted && random.nextInt(3) == 0) {
            database.delete(key);
            return;
        }
        Doc next = counted ? counted("hub", key, old.map(d -> Doc.of(d.content()))) : content("hub", key);
        Optional<SyncMeta> stale = old.flatMap(Doc::meta);
        switch (random.nextInt(5)) {
            case 0 -> database.write(key, next, true);
            case 1 -> database.write(key, withMeta(next, stale), true);
            case 2 -> database.write(key, withMeta(next, foreign().or(() -> stale)), true);
            default -> database.write(key, withMeta(next, stale), false);
        }
    }

    private static Doc withMeta(Doc doc, Optional<SyncMeta> meta) {
        return meta.map(m -> Doc.of(Doc.withMeta(doc.content(), m))).orElse(doc);
    }

    private Optional<SyncMeta> foreign() {
        return oldHubDocs.values().stream()
                .flatMap(List::stream)
                .flatMap(doc -> doc.meta().stream())
                .reduce((a, b) -> b);
    }

    private void crash() {
        List<String> slots = List.copyOf(world.agents().keySet());
        String slot = slots.get(random.nextInt(slots.size()));
        AgentProcess agent = world.agents().get(slot);
        if (agent == null || !agent.isAlive()) {
            return;
        }
        log(slot, "kill");
        agent.kill();
        world.fibers().after(random.nextLong(4_000_000), () -> restart(slot));
    }

    private void restart(String slot) {
        AgentProcess old = world.agents().get(slot);
        if (old != null && !old.isAlive()) {
            world.startAgent(old.site(), slot.endsWith("s") ? 1 : 0);
        }
    }

    private void partition() {
        Site site = world.sites().get(random.nextInt(world.sites().size()));
        boolean hub = random.nextInt(4) > 0;
        log(site.name, hub ? "hub-gone" : "local-gone");
        if (hub) {
            site.hubReachable = false;
        } else {
            site.localReachable = false;
        }
        world.fibers().after(random.nextLong(8_000_000), () -> {
            log(site.name, "back");
            site.hubReachable = true;
            site.localReachable = true;
        });
    }

    private void loseHistory() {
        int place = random.nextInt(world.sites().size() + 1);
        log(place == world.sites().size() ? "hub" : world.sites().get(place).name, "history-lost");
        places().get(place).truncateHistory(random.nextInt(2));
        if (place < world.sites().size()) {
            world.journal().historyLost(world.sites().get(place));
        }
    }

    private void deleteToken() {
        Site site = world.sites().get(random.nextInt(world.sites().size()));
        Side side = random.nextBoolean() ? Side.HUB : Side.LOCAL;
        log(site.name, "token-deleted-" + side);
        site.metadata.clearPosition(side);
    }

    private void toggle() {
        Site site = world.sites().get(random.nextInt(world.sites().size()));
        setBidirectional(site, false);
        world.fibers().after(random.nextLong(5_000_000), () -> setBidirectional(site, true));
    }

    private void setBidirectional(Site site, boolean enabled) {
        log(site.name, "bidirectional-" + enabled);
        site.bidirectional = enabled;
        agentsOf(site)
                .forEach(agent -> agent.ask("operator", () -> agent.engine().setBidirectional(site.bidirectional)));
    }

    private List<AgentProcess> agentsOf(Site site) {
        return world.agents().values().stream()
                .filter(agent -> agent.isAlive() && agent.site() == site)
                .toList();
    }

    private void changeMode() {
        Site site = world.sites().get(random.nextInt(world.sites().size()));
        CollectionMode mode = MODES.get(random.nextInt(MODES.size()));
        setMode(site, mode);
        world.fibers().after(random.nextLong(5_000_000), () -> setMode(site, CollectionMode.BOTH));
    }

    private void setMode(Site site, CollectionMode mode) {
        log(site.name, "mode-" + mode);
        site.mode = mode;
        agentsOf(site)
                .forEach(agent -> agent.ask("operator", () -> agent.engine().setMode(World.NOTES, site.mode)));
    }

    /** Whether what changes at this moment is a whole collection that is dropped. */
    boolean isDropping() {
        return dropping;
    }

    private void drop() {
        int place = random.nextInt(world.sites().size() + 1);
        log(place == world.sites().size() ? "hub" : world.sites().get(place).name, "drop");
        dropping = true;
        places().get(place).drop(World.NOTES);
        dropping = false;
    }

    private void bulkDelete() {
        Site site = world.sites().get(random.nextInt(world.sites().size()));
        log(site.name, "bulk-delete");
        site.database.documents(World.NOTES).keySet().forEach(id -> {
            if (random.nextInt(8) > 0) {
                site.database.delete(DocKey.of(World.NOTES, id));
            }
        });
    }

    /** When the active time is over: everything that was broken is repaired. */
    void repair() {
        for (Site site : world.sites()) {
            site.hubReachable = true;
            site.localReachable = true;
            if (!site.bidirectional) {
                setBidirectional(site, true);
            }
            if (scenario.modeChanges() > 0) {
                setMode(site, CollectionMode.BOTH);
            }
        }
        List.copyOf(world.agents().keySet()).forEach(this::restart);
        if (scenario.refusals()) {
            places().forEach(place -> place.unrestrict(World.UNIQUE));
        }
    }

    /** What an operator does from time to time. */
    void operate() {
        for (AgentProcess agent : world.agents().values()) {
            if (agent.isAlive() && agent.engine().isActive()) {
                for (String collection : agent.engine().held()) {
                    boolean approve = random.nextBoolean();
                    log(agent.site().name, approve ? "approve" : "reject");
                    agent.ask("operator", () -> {
                        if (approve) {
                            agent.engine().approveDeletes(collection);
                        } else {
                            world.journal().rejected(collection);
                            agent.engine().rejectDeletes(collection);
                        }
                    });
                }
            }
        }
    }
}
