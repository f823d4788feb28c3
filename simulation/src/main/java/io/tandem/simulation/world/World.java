package io.tandem.simulation.world;

import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.model.CollectionMode;
import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.Tombstone;
import io.tandem.engine.watch.Position;
import io.tandem.engine.write.GuardedTarget;
import io.tandem.engine.write.Outcome;
import io.tandem.engine.write.Swap;
import io.tandem.simulation.fiber.Fibers;
import io.tandem.simulation.memory.MemoryDatabase;
import io.tandem.simulation.memory.MemoryHub;
import io.tandem.simulation.memory.MemoryTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** One run: everything that exists in it, and its course from the first write to the quiet after the last. */
final class World {
    /** Collection names, by what is special about them. */
    static final String NOTES = "notes";

    static final String PUSHED = "pushed";
    static final String WATCHED = "watched";
    static final String COUNTED = "counted";
    static final String UNIQUE = "unique";

    private static final long QUIET_CHECK = 400_000;
    /** Longer than the longest pause of a quarantined key. */
    private static final long QUIET_LIMIT = 3_700_000_000L;

    private static final long SWITCHES_MAX = 3_000_000;
    private static final int QUIET_ROUNDS = 4;
    private static final int NOBODY = -1;

    private final long seed;
    private final Scenario scenario;
    private final Sabotage sabotage;
    private final Engine.Factory engines;
    private final Fibers fibers = new Fibers();
    private final SplittableRandom random;
    private final Trace trace;
    private final Clock hubClock;
    private final MemoryHub hub;
    private final List<Site> sites = new ArrayList<>();
    private final Map<String, AgentProcess> agents = new LinkedHashMap<>();
    private final Journal journal;
    private final Checks checks;
    private final People people;
    private int writer = NOBODY;
    private int starts;
    private boolean quiet;
    private int quietRounds;
    private long engineWrites;
    private long writesAtLastCheck;
    private long quietSince;

    World(long seed, Scenario scenario, Sabotage sabotage, Engine.Factory engines, boolean print) {
        this.seed = seed;
        this.scenario = scenario;
        this.sabotage = sabotage;
        this.engines = engines;
        this.random = new SplittableRandom(seed);
        this.trace = new Trace(print);
        this.hubClock = new Clock(fibers::micros, 0, 0);
        this.hub = new MemoryHub(new MemoryDatabase(hubClock::millis));
        this.journal = new Journal(scenario.devices());
        for (int i = 0; i < scenario.devices(); i++) {
            long offset = scenario.clockMillis() == 0
                    ? 0
                    : random.nextLong(2 * scenario.clockMillis()) - scenario.clockMillis();
            double drift = scenario.driftPerMillion() * random.nextDouble();
            Site site = new Site(i, new Clock(fibers::micros, offset, drift), i < scenario.standalone());
            site.database.listener((key, before, after) -> changed(site.number, key, before, after));
            sites.add(site);
        }
        hub.database().listener((key, before, after) -> changed(sites.size(), key, before, after));
        this.checks = new Checks(this);
        this.people = new People(this);
    }

    /** Runs to the end. @throws AssertionError with what is wrong */
    void run() {
        people.prepare();
        for (Site site : sites) {
            startAgent(site, 0);
            if (site.number < scenario.standby()) {
                startAgent(site, 1);
            }
        }
        people.schedule();
        fibers.after(scenario.activeMillis() * 1000, this::calmDown);
        fibers.run();
        checks.afterQuiet();
    }

    void startAgent(Site site, int number) {
        String slot = site.name + (number == 0 ? "" : "s");
        String name = slot + "." + starts++;
        trace.add(fibers.micros(), name, "start", "");
        agents.put(slot, new AgentProcess(this, site, name, config(site)));
    }

    private EngineConfig config(Site site) {
        return EngineConfig.builder()
                .local("memory:" + site.name, "db")
                .hub("memory:hub", "db")
                .instanceId(site.name)
                .bidirectionalEnabled(site.bidirectional)
                .excludedCollections(Set.of(PUSHED))
                .modes(Map.of(WATCHED, CollectionMode.OBSERVE))
                .conflictOverrides(Map.of(COUNTED, "field-merge"))
                .counterFields(Map.of(COUNTED, Set.of("n")))
                .setFields(Map.of(COUNTED, Set.of("tags")))
                .batchSize(1 + random.nextInt(6))
                .reconnectInterval(Duration.ofMillis(200))
                .localPollInterval(Duration.ofMillis(400))
                .originTrackingCleanup(Duration.ofSeconds(2))
                .maxDeleteMin(4)
                .maxDeletePercent(60)
                .build();
    }

    private void calmDown() {
        trace.add(fibers.micros(), "world", "calm", "");
        quiet = true;
        quietSince = fibers.micros();
        people.repair();
        fibers.after(QUIET_CHECK, this::checkQuiet);
    }

    private void checkQuiet() {
        people.operate();
        Optional<String> unrest =
                engineWrites != writesAtLastCheck ? Optional.of("the engine still writes") : checks.unrest();
        quietRounds = unrest.isPresent() ? 0 : quietRounds + 1;
        writesAtLastCheck = engineWrites;
        if (quietRounds == QUIET_ROUNDS) {
            fibers.stop();
            return;
        }
        if (fibers.micros() - quietSince > QUIET_LIMIT || fibers.switches() > SWITCHES_MAX) {
            throw new AssertionError("not quiet after " + (fibers.micros() - quietSince) / 1_000_000 + " s and "
                    + fibers.switches() + " operations: " + unrest.orElse("only just"));
        }
        fibers.after(QUIET_CHECK * idleFactor(), this::checkQuiet);
    }

    /** How much longer than usual idle steps pause: the longer it is quiet, the less often anybody looks. */
    int idleFactor() {
        return quiet ? (int) Math.min(8, 1 + (fibers.micros() - quietSince) / 20_000_000) : 1;
    }

    private void changed(int place, DocKey key, Optional<Doc> before, Optional<Doc> after) {
        String where = place == sites.size() ? "hub" : sites.get(place).name;
        trace.add(fibers.micros(), where, writer == NOBODY ? "written" : "synced", new Change(key, before, after));
        if (writer == NOBODY) {
            Journal.Node node = journal.applicationWrote(place, key, after, fibers.micros());
            node.undated = isUndated(place);
            // Before a device has noted where its history begins, a crash hides deletes of what was not agreed on yet.
            boolean hidden = node.undated && place < sites.size();
            node.excused |= after.isEmpty() && (hidden || isDroppedUnagreed(place, key));
            return;
        }
        engineWrites++;
        excuseUnagreedDelete(place, key);
        checks.engineWrote(writer, place, key, before, after);
        if (place == sites.size()) {
            journal.engineWroteHub(writer, key, before, after, hub.tombstone(key), fibers.micros());
        } else {
            journal.engineWroteLocally(place, key, after, fibers.micros());
        }
    }

    /**
     * Of a drop no event tells which documents are gone: only what the device remembers of them does. A document whose first push it
     * had not noted yet comes back.
     */
    private boolean isDroppedUnagreed(int place, DocKey key) {
        return people.isDropping()
                && place < sites.size()
                && sites.get(place).bases.get(key).state().isEmpty();
    }

    /** A device looked at the hub; where it only pushes, it then leaves alone what gives way elsewhere. */
    void hubRead(int device, DocKey key, Optional<Tombstone> seen) {
        journal.hubRead(device, key, seen);
        if (key.collection().equals(PUSHED)) {
            excuseUnagreedDelete(device, key);
        }
    }

    /** What was made and deleted on a device before anything was agreed gives way to what somebody else wrote. */
    private void excuseUnagreedDelete(int place, DocKey key) {
        Journal.Node replaced = journal.current(place, key);
        if (place == sites.size() || replaced == null || !replaced.application || !replaced.hash.isDeleted()) {
            return;
        }
        Site site = sites.get(place);
        boolean foreign = hub.database()
                .find(key)
                .map(doc -> doc.meta()
                        .map(meta -> !meta.version().origin().equals(site.name))
                        .orElse(key.collection().equals(PUSHED))) // made by hand; elsewhere it is stamped first
                .orElse(false);
        replaced.excused |= foreign && site.bases.get(key).state().isEmpty();
    }

    /** Nothing dates what is written before somebody who will look at it has noted where that side's history begins. */
    private boolean isUndated(int place) {
        return place < sites.size()
                ? !hasPosition(sites.get(place), Side.LOCAL)
                : !sites.stream().allMatch(site -> hasPosition(site, Side.HUB));
    }

    private boolean hasPosition(Site site, Side side) {
        MemoryDatabase database = side == Side.HUB ? hub.database() : site.database;
        return (site.standalone && side == Side.LOCAL)
                || site.metadata
                        .position(side)
                        .filter(position -> !Checks.isLost(database, position))
                        .isPresent();
    }

    private record Change(DocKey key, Optional<Doc> before, Optional<Doc> after) {
        @Override
        public int hashCode() {
            return key.hashCode() + 31 * before.hashCode() + 961 * after.hashCode();
        }

        @Override
        public String toString() {
            return key + ": " + text(before) + " -> " + text(after);
        }

        private static String text(Optional<Doc> doc) {
            return doc.map(d -> d + " " + d.content().toJson()).orElse("nothing");
        }
    }

    /** Writes of one device's engine, as the databases carry them out. */
    GuardedTarget target(Site site, String agent) {
        MemoryTarget memory = new MemoryTarget(site.database, hub, site.name);
        return new GuardedTarget() {
            @Override
            public List<Outcome> swap(Side side, List<Swap> swaps) {
                writer = site.number;
                try {
                    return memory.swap(side, swaps);
                } finally {
                    writer = NOBODY;
                }
            }

            @Override
            public List<Outcome> bury(List<Burial> burials) {
                List<Outcome> outcomes = memory.bury(burials);
                for (int i = 0; i < burials.size(); i++) {
                    checks.engineBuried(site, burials.get(i));
                    if (outcomes.get(i) == Outcome.APPLIED) {
                        Burial burial = burials.get(i);
                        trace.add(fibers.micros(), agent, "buried", burial.key() + " " + burial.tombstone());
                        journal.buried(site.number, burial.key(), burial.tombstone());
                    }
                }
                return outcomes;
            }

            @Override
            public void log(List<Conflict> conflicts) {
                memory.log(conflicts);
                conflicts.forEach(conflict -> {
                    checks.engineLogged(site, conflict);
                    trace.add(
                            fibers.micros(),
                            agent,
                            "conflict",
                            conflict.key() + " " + conflict.strategy() + ": " + conflict.winner() + " over "
                                    + conflict.localVersion() + " / " + conflict.hubVersion());
                    journal.logged(site.number, conflict);
                });
            }
        };
    }

    void checkPosition(Site site, Side side, Position position) {
        checks.position(site, side, position);
    }

    /** @throws AssertionError when the run ended before it was quiet */
    void checkQuietReached() {
        if (quietRounds < QUIET_ROUNDS) {
            throw new AssertionError("the run ended before it was quiet");
        }
    }

    long seed() {
        return seed;
    }

    Scenario scenario() {
        return scenario;
    }

    Sabotage sabotage() {
        return sabotage;
    }

    Engine.Factory engines() {
        return engines;
    }

    Fibers fibers() {
        return fibers;
    }

    SplittableRandom random() {
        return random;
    }

    Trace trace() {
        return trace;
    }

    Clock hubClock() {
        return hubClock;
    }

    MemoryHub hub() {
        return hub;
    }

    List<Site> sites() {
        return sites;
    }

    Map<String, AgentProcess> agents() {
        return agents;
    }

    Journal journal() {
        return journal;
    }

    People people() {
        return people;
    }

    boolean isQuiet() {
        return quiet;
    }

    long engineWrites() {
        return engineWrites;
    }

    /** Merges rest most on knowing what became of a write, so that more replies are lost where there are any. */
    double lostReplies() {
        return quiet ? 0 : scenario.lostReplies() * (scenario.merges() ? 4 : 1);
    }
}
