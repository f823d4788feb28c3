package io.tandem.simulation.world;

import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.StateId;
import io.tandem.engine.model.Tombstone;
import io.tandem.engine.model.Version;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who wrote what on top of what. Every state of a document is a node; its history holds all writes that it includes. The
 * journal knows nothing of versions and base states: it follows contents as the engine carries them from side to side, so that
 * afterwards each write of an application can be asked what became of it.
 *
 * <p>Sites are numbered: devices from 0, then the hub.
 */
final class Journal {
    /** One state of one document. */
    static final class Node {
        final int id;
        final DocKey key;
        final ContentHash hash;
        final BitSet history = new BitSet();
        final boolean application;
        final int site;
        final long micros;
        /** Whether its content is in the conflict log as a loser. */
        boolean logged;
        /** Whether any other site ever got it. */
        boolean travelled;
        /** When an engine first wrote it to the hub. */
        long pushedMicros = Long.MAX_VALUE;
        /** Whether it was made before the device had noted where its history begins, so that after a crash no event dates it. */
        boolean undated;
        /** Whether an operator gave it up on purpose, with everything under it. */
        boolean excused;

        Node(int id, DocKey key, ContentHash hash, boolean application, int site, long micros) {
            this.id = id;
            this.key = key;
            this.hash = hash;
            this.application = application;
            this.site = site;
            this.micros = micros;
        }

        @Override
        public String toString() {
            return "#" + id + "[" + key + " " + hash + " site " + site + " at " + micros / 1e6
                    + (travelled ? " travelled" : "") + (logged ? " logged" : "") + " includes " + history + "]";
        }
    }

    private static final class Slot {
        @Nullable
        Node current;

        @Nullable
        Node lastDelete;

        final Map<ContentHash, Node> byContent = new HashMap<>();
        final List<Node> run = new ArrayList<>();
        ContentHash beforeRun = ContentHash.DELETED;
    }

    private record Place(int site, DocKey key) {}

    private record Burial(DocKey key, Version version) {}

    private final int hub;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Place, Slot> slots = new HashMap<>();
    private final Map<Burial, Node> burials = new HashMap<>();
    private final Map<Place, BaseRecord> records = new HashMap<>();
    private final Map<Place, Node> hiddenDeletes = new HashMap<>();
    private final Set<Place> looksAtNothing = new HashSet<>();
    private final List<List<Node>> undone = new ArrayList<>();
    private final List<List<Node>> equal = new ArrayList<>();

    /** @param devices how many; the hub's number */
    Journal(int devices) {
        this.hub = devices;
    }

    private Slot slot(int site, DocKey key) {
        return slots.computeIfAbsent(new Place(site, key), p -> new Slot());
    }

    private Node node(DocKey key, ContentHash hash, boolean application, int site, long micros) {
        Node node = new Node(nodes.size(), key, hash, application, site, micros);
        nodes.add(node);
        return node;
    }

    List<Node> nodes() {
        return nodes;
    }

    @Nullable
    Node current(int site, DocKey key) {
        return slot(site, key).current;
    }

    /** An application or a person wrote or deleted a document. */
    Node applicationWrote(int site, DocKey key, Optional<Doc> after, long micros) {
        Slot slot = slot(site, key);
        ContentHash hash = hash(after);
        Node node = node(key, hash, true, site, micros);
        if (slot.current != null) {
            node.history.or(slot.current.history);
        }
        node.history.set(node.id);
        slot.run.add(node);
        noteUndone(slot, hash);
        place(slot, node);
        noteGone(key);
        // Where everybody is push-only nobody watches the hub, so a delete by hand there may pass unseen.
        node.excused = site == hub && hash.isDeleted() && key.collection().equals(World.PUSHED);
        return node;
    }

    /** Own writes in a row that come back to an earlier content leave nothing to sync, if nobody saw any of them. */
    private void noteUndone(Slot slot, ContentHash hash) {
        for (int i = -1; i < slot.run.size() - 1; i++) {
            ContentHash earlier = i < 0 ? slot.beforeRun : slot.run.get(i).hash;
            if (earlier.equals(hash)) {
                undone.add(List.copyOf(slot.run.subList(i + 1, slot.run.size())));
            }
        }
    }

    /** The engine wrote a device's document. */
    void engineWroteLocally(int device, DocKey key, Optional<Doc> after, long micros) {
        Slot local = slot(device, key);
        Slot remote = slot(hub, key);
        ContentHash hash = hash(after);
        Node node = carried(remote, hash).orElseGet(() -> merged(key, hash, local, remote, device, micros));
        node.travelled = true;
        place(local, node);
        noteGone(key);
        local.run.clear();
        local.beforeRun = hash;
    }

    /** The engine of a device wrote the hub's document. */
    void engineWroteHub(
            int device,
            DocKey key,
            Optional<Doc> before,
            Optional<Doc> after,
            Optional<Tombstone> tombstone,
            long micros) {
        Slot local = slot(device, key);
        Slot remote = slot(hub, key);
        ContentHash hash = hash(after);
        if (after.isPresent() && hash.equals(hash(before))) {
            if (remote.current != null) {
                remote.current.travelled = true; // a stamp
            }
            return;
        }
        Node overtaken = hiddenDeletes.get(new Place(device, key));
        if (overtaken != null && overtaken == remote.current) {
            overtaken.excused = true; // a delete that did not show yet when this device looked
        }
        Optional<Node> buried = after.isEmpty() ? tombstone.flatMap(t -> buried(key, t.version())) : Optional.empty();
        Node node =
                buried.or(() -> carried(local, hash)).orElseGet(() -> merged(key, hash, local, remote, device, micros));
        node.travelled = true;
        node.pushedMicros = Math.min(node.pushedMicros, micros);
        if (after.isEmpty() && local.current != null && local.current != node && local.current.hash.isDeleted()) {
            equal.add(
                    List.of(node, local.current)); // carried out for another deleter as well, whose tombstone is later
        }
        place(remote, node);
        noteGone(key);
        remote.run.clear();
        remote.beforeRun = hash;
    }

    /** A device looked at a document of its own: whether there had never been any. */
    void localRead(int device, DocKey key) {
        Place place = new Place(device, key);
        if (slot(device, key).current == null) {
            looksAtNothing.add(place);
        } else {
            looksAtNothing.remove(place);
        }
    }

    /**
     * A device looked at the hub: whether it could know of a delete, which shows only by its tombstone. Of a delete by hand there
     * may be none yet, and where nothing is remembered of a key the tombstone is a moment older than the look for the document.
     *
     * @param seen the tombstone it got
     */
    void hubRead(int device, DocKey key, Optional<Tombstone> seen) {
        Node there = slot(hub, key).current;
        boolean shown = seen.flatMap(t -> buried(key, t.version())).equals(Optional.ofNullable(there));
        boolean hidden = there != null && there.hash.isDeleted() && !shown;
        if (hidden) {
            hiddenDeletes.put(new Place(device, key), there);
        } else {
            hiddenDeletes.remove(new Place(device, key));
        }
    }

    /** The engine of a device left a tombstone. */
    void buried(int device, DocKey key, Tombstone tombstone) {
        boolean byHand = tombstone.version().origin().equals(Version.ATLAS);
        Slot slot = slot(byHand ? hub : device, key);
        Node node = slot.current != null && slot.current.hash.isDeleted() ? slot.current : slot.lastDelete;
        if (node != null) {
            node.travelled = true;
            burials.put(new Burial(key, tombstone.version()), node);
            Node there = slot(hub, key).current;
            if (there != null && there != node && there.hash.isDeleted()) {
                equal.add(List.of(node, there)); // both deleted it; the tombstone stands for both
            }
        }
    }

    /** The engine of a device logged a conflict. */
    void logged(int device, Conflict conflict) {
        if (conflict.winner() != Conflict.Winner.LOCAL) {
            mark(conflict.key(), conflict.local(), slot(device, conflict.key()));
        }
        if (conflict.winner() != Conflict.Winner.ATLAS) {
            Optional<Node> buried = buried(conflict.key(), conflict.hubVersion());
            if (conflict.hub().isEmpty() && buried.isPresent()) {
                buried.get().logged = true;
                markDeleteSeen(slot(hub, conflict.key()));
            } else {
                mark(conflict.key(), conflict.hub(), slot(hub, conflict.key()));
            }
        }
    }

    /** Where nobody has left a tombstone yet, a delete by hand looks like the one before it, and is logged in its place. */
    private static void markDeleteSeen(Slot slot) {
        if (slot.current != null && slot.current.hash.isDeleted()) {
            slot.current.logged = true;
        }
    }

    private Optional<Node> buried(DocKey key, Version version) {
        return Optional.ofNullable(burials.get(new Burial(key, version)));
    }

    private void mark(DocKey key, Optional<Doc> loser, Slot slot) {
        if (loser.isEmpty()) {
            if (slot.lastDelete != null) {
                slot.lastDelete.logged = true;
            }
            return;
        }
        for (Node node : nodes) {
            if (node.key.equals(key) && node.hash.equals(loser.get().hash())) {
                node.logged = true;
            }
        }
    }

    /** A device noted something about a key; equal states that were made independently become one. */
    void agreed(int device, DocKey key, BaseRecord record) {
        Optional<BaseRecord> before = Optional.ofNullable(records.put(new Place(device, key), record));
        Node local = slot(device, key).current;
        ContentHash content = local == null ? ContentHash.DELETED : local.hash;
        // A note that replaces an intent which the local content fits says that the intended state was found there.
        before.flatMap(BaseRecord::intent)
                .filter(intent ->
                        intent.expected().equals(content) && !record.intent().equals(Optional.of(intent)))
                .ifPresent(intent -> same(device, key, intent.thenBase()));
        // A note that only goes on saying what was agreed before says nothing of what is there now.
        record.state()
                .filter(state -> !before.flatMap(BaseRecord::state).equals(Optional.of(state)))
                .ifPresent(state -> same(device, key, state));
        Node remote = slot(hub, key).current;
        if (record.equals(BaseRecord.NONE) && local != null && local.hash.isDeleted() && remote != null) {
            forgot(device, local, remote, before.flatMap(BaseRecord::state).isPresent());
        }
    }

    /** A device gave up remembering a key that it does not hold. */
    private void forgot(int device, Node local, Node remote, boolean wasAgreed) {
        if (remote.hash.isDeleted() && remote != local) {
            equal.add(List.of(local, remote));
            local.travelled = true;
            remote.travelled = true;
        } else if (!wasAgreed && remote.site != device) {
            local.excused = true; // made and deleted here before anything was agreed, while somebody else wrote it
        }
    }

    /** The device holds, or held when it looked, just what the hub does. */
    private void same(int device, DocKey key, StateId state) {
        Slot here = slot(device, key);
        ContentHash hash = state.hash();
        Optional<Node> remote = hash.isDeleted()
                ? buried(key, state.version()).or(() -> Optional.ofNullable(slot(hub, key).lastDelete))
                : carried(slot(hub, key), hash);
        if (here.current == null) {
            remote.filter(node -> hash.isDeleted()).ifPresent(node -> place(here, node));
            return;
        }
        if (hash.isDeleted() && looksAtNothing.contains(new Place(device, key))) {
            // What it held when it looked was nothing, as the hub does; what was made here since came after that.
            remote.ifPresent(node -> here.run.forEach(made -> made.history.or(node.history)));
        }
        Optional<Node> local = carried(here, hash);
        if (local.isPresent() && remote.isPresent() && remote.get() != local.get()) {
            equal.add(List.of(local.get(), remote.get()));
            local.get().travelled = true;
            remote.get().travelled = true;
        }
    }

    /** Where a document is gone from the hub and from a device, the deletes of both have taken place, whoever came first. */
    private void noteGone(DocKey key) {
        Node remote = slot(hub, key).current;
        for (int device = 0; device < hub; device++) {
            Node local = slot(device, key).current;
            boolean gone = remote != null && local != null && remote.hash.isDeleted() && local.hash.isDeleted();
            if (gone && local != remote && !equal.contains(List.of(local, remote))) {
                equal.add(List.of(local, remote));
            }
        }
    }

    private static void place(Slot slot, Node node) {
        slot.current = node;
        slot.byContent.put(node.hash, node);
        if (node.hash.isDeleted()) {
            slot.lastDelete = node;
        }
    }

    private static Optional<Node> carried(Slot from, ContentHash hash) {
        if (from.current != null && from.current.hash.equals(hash)) {
            return Optional.of(from.current);
        }
        return Optional.ofNullable(from.byContent.get(hash));
    }

    private Node merged(DocKey key, ContentHash hash, Slot local, Slot remote, int site, long micros) {
        Node node = node(key, hash, false, site, micros);
        if (local.current != null) {
            node.history.or(local.current.history);
        }
        if (remote.current != null) {
            node.history.or(remote.current.history);
        }
        node.history.set(node.id);
        return node;
    }

    private static ContentHash hash(Optional<Doc> doc) {
        return doc.map(Doc::hash).orElse(ContentHash.DELETED);
    }

    /** The numbers of all writes that a state includes, those of equal states that were made independently among them. */
    BitSet including(Node node) {
        BitSet kept = (BitSet) node.history.clone();
        spread(kept);
        return kept;
    }

    /** Who includes one of two equal states includes both. */
    private void spread(BitSet kept) {
        int before;
        do {
            before = kept.cardinality();
            for (List<Node> pair : equal) {
                if (pair.stream().anyMatch(node -> kept.get(node.id))) {
                    pair.forEach(node -> kept.or(node.history));
                }
            }
        } while (kept.cardinality() > before);
    }

    /** The hub forgot its deletes up to a version: from now on nobody can know of them. */
    void forgotten(Version last) {
        burials.forEach((burial, node) -> node.excused |= !burial.version().isAfter(last));
    }

    /** A device's history was cut off: deletes of what it never agreed on can no longer be known. */
    void historyLost(Site site) {
        slots.forEach((place, slot) -> {
            Node node = slot.current;
            if (place.site() == site.number && node != null && node.application && node.hash.isDeleted()) {
                node.excused |= site.bases.get(place.key()).state().isEmpty();
            }
        });
    }

    /** An operator gave up the deletes of a collection that are not through yet. */
    void rejected(String collection) {
        slots.forEach((place, slot) -> {
            Node node = slot.current;
            if (place.key().collection().equals(collection) && node != null && node.hash.isDeleted()) {
                node.excused = true;
            }
        });
    }

    /** Whether a write was taken back, or took back others, without anybody having seen any of it: that counts as no change. */
    boolean isUndone(Node node) {
        return undone.stream().anyMatch(group -> group.contains(node));
    }

    /** The writes of applications of which nothing is left anywhere; {@code finals} are the nodes that survived. */
    List<Node> lost(List<Node> finals) {
        BitSet kept = new BitSet();
        finals.forEach(node -> kept.or(node.history));
        for (Node node : nodes) {
            // A delete by hand that somebody overtakes before any agent noticed it leaves no trace on a server.
            boolean unnoticed = node.application && node.site == hub && node.hash.isDeleted() && !node.travelled;
            if (node.logged || node.excused || unnoticed) {
                kept.or(node.history);
            }
        }
        spread(kept);
        for (List<Node> group : undone) {
            if (group.stream().noneMatch(node -> node.travelled)) {
                group.forEach(node -> kept.set(node.id));
            }
        }
        return nodes.stream()
                .filter(node -> node.application && !kept.get(node.id))
                .toList();
    }
}
