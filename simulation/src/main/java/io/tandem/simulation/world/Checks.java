package io.tandem.simulation.world;

import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.StateId;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.watch.Position;
import io.tandem.engine.write.GuardedTarget.Burial;
import io.tandem.simulation.memory.MemoryChangeSource;
import io.tandem.simulation.memory.MemoryDatabase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What must hold at every moment, and what must hold when it is quiet again. */
final class Checks {
    /** Writes of the engine per write of anybody else that are no endless echo. */
    private static final int WRITES_EACH = 40;

    private static final int WRITES_FREE = 200;

    private final World world;

    Checks(World world) {
        this.world = world;
    }

    private int hub() {
        return world.sites().size();
    }

    /**
     * A push-only collection is never written on a device, an observed one nowhere; versions on the hub only rise; a document is gone
     * from there only when a tombstone is left.
     */
    void engineWrote(int device, int place, DocKey key, Optional<Doc> before, Optional<Doc> after) {
        check(
                !key.collection().equals(World.WATCHED),
                () -> "the engine of d" + device + " wrote " + key + ", which it only observes");
        check(
                place == hub() || !key.collection().equals(World.PUSHED),
                () -> "the engine of d" + device + " wrote " + key + " on the device, where it is push-only");
        boolean stamp = place == hub()
                && before.isPresent()
                && after.isPresent()
                && before.get().hash().equals(after.get().hash());
        if (place == hub() && after.isPresent()) {
            SyncMeta meta = after.get().validMeta().orElse(null);
            check(meta != null, () -> "the engine wrote " + key + " on the hub without fitting metadata");
            boolean above = before.flatMap(Doc::meta)
                    .map(m -> meta != null && meta.version().isAfter(m.version()))
                    .orElse(true);
            check(above || stamp, () -> "the engine wrote " + key + " on the hub with a version below the one before");
        }
        if (place == hub() && after.isEmpty() && !world.scenario().tombstonesExpire()) {
            boolean explained = world.hub()
                    .tombstone(key)
                    .filter(tombstone -> before.flatMap(Doc::validMeta)
                            .map(m -> !m.version().isAfter(tombstone.version()))
                            .orElse(true))
                    .isPresent();
            check(explained, () -> "the engine deleted " + key + " on the hub, and no tombstone says why");
        }
    }

    /** A change made on top of what the hub holds is no conflict with it, as long as nothing hides that. */
    void engineLogged(Site site, Conflict conflict) {
        boolean judged = conflict.strategy().equals("last-write-wins")
                && conflict.hub().isPresent()
                && world.scenario().isFaultless();
        Journal.Node local = world.journal().current(site.number, conflict.key());
        Journal.Node remote = world.journal().current(hub(), conflict.key());
        boolean builtOnIt = local != null
                && remote != null
                && local != remote
                && remote.hash.equals(conflict.hub().map(Doc::hash).orElse(ContentHash.DELETED))
                && local.history.get(remote.id);
        check(
                !judged || !builtOnIt,
                () -> "the engine of " + site.name + " calls " + local + " a conflict with " + remote
                        + ", on which it was made");
        boolean ownBeforeIt = builtOnIt
                && local != null
                && local.hash.equals(conflict.local().map(Doc::hash).orElse(ContentHash.DELETED))
                && !local.undated
                && conflict.winner() == Conflict.Winner.ATLAS
                && conflict.hubVersion().origin().equals(site.name)
                && world.scenario().hasExactTimes();
        check(
                !ownBeforeIt,
                () -> "the engine of " + site.name + " lets " + remote + ", which it wrote, win over " + local
                        + ", which was made on top of it");
    }

    void engineBuried(Site site, Burial burial) {
        check(
                !burial.key().collection().equals(World.WATCHED),
                () -> "the engine of " + site.name + " left a tombstone for " + burial.key() + ", which it observes");
    }

    /** No saved position may leave a key behind that nobody will look at again. */
    void position(Site site, Side saved, Position position) {
        Scenario scenario = world.scenario();
        boolean simple = scenario.toggles() == 0
                && scenario.modeChanges() == 0
                && scenario.drops() == 0
                && scenario.bulkDeletes() == 0
                && scenario.keys() < 5;
        Optional<Position> local = site.metadata.position(Side.LOCAL);
        Optional<Position> remote = site.metadata.position(Side.HUB);
        if (!simple || local.isEmpty() || remote.isEmpty() || isScanning(site)) {
            return;
        }
        if (isLost(site.database, local.get()) || isLost(world.hub().database(), remote.get())) {
            return; // everything will be compared
        }
        Set<DocKey> quietLocally = quiet(site.database, local.get());
        Set<DocKey> changedLocally = changed(site.database, quietLocally);
        Set<DocKey> quietOnHub = quiet(world.hub().database(), remote.get());
        Set<DocKey> changedOnHub = changed(world.hub().database(), quietOnHub);
        Set<DocKey> forgotten = new LinkedHashSet<>(saved == Side.LOCAL ? quietLocally : quietOnHub);
        forgotten.removeAll(changedLocally);
        forgotten.removeAll(changedOnHub);
        for (DocKey key : forgotten) {
            BaseRecord base = site.bases.get(key);
            boolean remembered = base.mark().isPresent() || site.quarantine.contains(key);
            if (!remembered && isTwoWay(key)) {
                check(
                        isInStep(site, key, base),
                        () -> "the " + saved + " position " + position.token() + " of " + site.name + " is ahead of "
                                + key
                                + ": local " + site.database.find(key) + ", base " + base.state() + ", hub "
                                + world.hub().database().find(key) + " "
                                + world.hub().tombstone(key));
            }
        }
    }

    /** Whether a history was cut off behind a position. */
    static boolean isLost(MemoryDatabase database, Position position) {
        return MemoryChangeSource.sequence(position).orElse(0L) + 1 < database.firstSequence();
    }

    private static boolean isScanning(Site site) {
        return site.metadata.noteIds().stream().anyMatch(id -> id.contains("resync") || id.contains("scan"));
    }

    private static Set<DocKey> quiet(MemoryDatabase database, Position position) {
        return new LinkedHashSet<>(
                database.quietSince(MemoryChangeSource.sequence(position).orElse(0L)));
    }

    private static Set<DocKey> changed(MemoryDatabase database, Set<DocKey> quiet) {
        Set<DocKey> changed = new HashSet<>(database.quietSince(Long.MAX_VALUE));
        changed.removeAll(quiet);
        return changed;
    }

    private static boolean isTwoWay(DocKey key) {
        return !key.collection().equals(World.PUSHED) && !key.collection().equals(World.WATCHED);
    }

    private boolean isInStep(Site site, DocKey key, BaseRecord base) {
        ContentHash agreed = base.state().orElse(StateId.NEVER).hash();
        ContentHash local = site.database.find(key).map(Doc::hash).orElse(ContentHash.DELETED);
        Optional<Doc> remote = world.hub().database().find(key);
        boolean sameHub = remote.isEmpty()
                ? agreed.isDeleted()
                : remote.get().validMeta().map(SyncMeta::state).equals(base.state());
        return local.equals(agreed) && sameHub;
    }

    /** Why it is not quiet yet; empty when it is. */
    Optional<String> unrest() {
        for (Site site : world.sites()) {
            if (site.quarantine.count() > 0) {
                return Optional.of(site.name + " has " + site.quarantine.waiting(3) + " in quarantine");
            }
            if (site.bases.all().values().stream().anyMatch(b -> b.mark().isPresent())) {
                return Optional.of(site.name + " has dirty marks");
            }
            for (DocKey key : keys()) {
                Optional<String> difference = difference(site, key);
                if (difference.isPresent()) {
                    return difference;
                }
            }
        }
        Set<Site> idle = new LinkedHashSet<>(world.sites());
        for (AgentProcess agent : world.agents().values()) {
            if (agent.isAlive() && agent.engine().isActive()) {
                idle.remove(agent.site());
                if (!agent.engine().isQuiet()) {
                    return Optional.of(agent.site().name + " is still at work");
                }
            }
        }
        return idle.stream().findFirst().map(site -> "no agent works for " + site.name);
    }

    private Set<DocKey> keys() {
        Set<DocKey> keys = new LinkedHashSet<>();
        world.journal().nodes().forEach(node -> keys.add(node.key));
        return keys;
    }

    private Optional<String> difference(Site site, DocKey key) {
        if (key.collection().equals(World.WATCHED)) {
            return Optional.empty();
        }
        Optional<Doc> local = site.database.find(key);
        Optional<Doc> remote = world.hub().database().find(key);
        BaseRecord base = site.bases.get(key);
        ContentHash localHash = local.map(Doc::hash).orElse(ContentHash.DELETED);
        ContentHash agreed = base.state().orElse(StateId.NEVER).hash();
        if (!localHash.equals(agreed) && !isKeptBack(key, local, base)) {
            return Optional.of(key + " on " + site.name + ": local " + local + ", base " + base);
        }
        if (key.collection().equals(World.PUSHED)) {
            return Optional.empty();
        }
        if (!localHash.equals(remote.map(Doc::hash).orElse(ContentHash.DELETED))) {
            return Optional.of(key + ": " + site.name + " has " + local + ", the hub has " + remote + " "
                    + world.hub().tombstone(key) + ", base " + base);
        }
        boolean sameVersion = remote.isEmpty()
                || remote.get().validMeta().map(SyncMeta::state).equals(base.state());
        return sameVersion
                ? Optional.empty()
                : Optional.of(key + ": the hub has " + remote + ", the base of " + site.name + " is " + base);
    }

    /** A push-only document that the hub deleted before this device ever synced it stays where it is, and is in the log. */
    private boolean isKeptBack(DocKey key, Optional<Doc> local, BaseRecord base) {
        return key.collection().equals(World.PUSHED)
                && local.isPresent()
                && base.state().isEmpty()
                && world.hub().conflicts().stream()
                        .anyMatch(c -> c.strategy().equals("deleted-before")
                                && DocKey.of(c.collection(), c.documentId()).equals(key)
                                && c.localDocument().map(d -> Doc.of(d).hash()).equals(local.map(Doc::hash)));
    }

    void afterQuiet() {
        world.checkQuietReached();
        long allowed = WRITES_FREE
                + (long) WRITES_EACH
                        * world.people().writes()
                        * (1 + world.sites().size());
        check(
                world.engineWrites() <= allowed,
                () -> "the engine wrote " + world.engineWrites() + " documents for "
                        + world.people().writes() + " writes: an endless echo");
        for (DocKey key : keys()) {
            if (!key.collection().equals(World.WATCHED)) {
                nothingLost(key);
            }
            if (key.collection().equals(World.COUNTED)) {
                countedOnce(key);
            }
        }
        if (world.scenario().hasExactTimes()) {
            new Winners(world).check();
        }
    }

    private void nothingLost(DocKey key) {
        List<Journal.Node> finals = new ArrayList<>();
        for (int place = 0; place <= hub(); place++) {
            boolean counts = place == hub() || !key.collection().equals(World.PUSHED);
            Journal.Node node = world.journal().current(place, key);
            if (node != null && counts) {
                finals.add(node);
            }
        }
        List<Journal.Node> lost = world.journal().lost(finals).stream()
                .filter(node -> node.key.equals(key))
                .toList();
        check(lost.isEmpty(), () -> "lost without a trace: " + lost + "; what survived: " + finals);
    }

    private void countedOnce(DocKey key) {
        long expected = world.people().increments(key);
        Optional<Doc> last = world.hub().database().find(key);
        if (last.isEmpty()) {
            return;
        }
        long seen = last.get().content().getNumber("n").longValue();
        boolean oneSideWon = world.hub().conflicts().stream()
                .anyMatch(c -> DocKey.of(c.collection(), c.documentId()).equals(key)
                        && c.winner() != io.tandem.engine.status.ConflictEntry.Winner.MERGED);
        check(seen <= expected, () -> key + " counts " + seen + " of " + expected + ": something twice");
        check(
                oneSideWon || seen == expected,
                () -> key + " counts " + seen + " of " + expected + " although every conflict was merged");
    }

    private static void check(boolean holds, java.util.function.Supplier<String> message) {
        if (!holds) {
            throw new AssertionError(message.get());
        }
    }
}
