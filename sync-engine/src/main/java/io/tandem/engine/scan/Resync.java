package io.tandem.engine.scan;

import io.tandem.engine.checkpoint.BaseStore;
import io.tandem.engine.checkpoint.DeviceStore;
import io.tandem.engine.checkpoint.KeptNote;
import io.tandem.engine.dirty.DirtyKeys;
import io.tandem.engine.guard.DeleteGuard;
import io.tandem.engine.guard.DeleteGuard.Held;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.scan.KeyScanner.CollectionInfo;
import io.tandem.engine.scan.KeyScanner.Range;
import io.tandem.engine.status.ResyncProgress;
import io.tandem.engine.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Compares whole collections and queues what differs: first sync, resync after lost history, catching up of a collection, and
 * the polling of a server without change streams. It runs beside live changes. Thread-safe; several threads may step.
 *
 * <p>What is asked for is noted on the device before it begins and after every collection, with the place reached in each
 * range, so that a restart goes on there. The note {@value #NOTE} reads
 * {@code {reason, all: <every collection still to be listed>, pending: [names], current: name, ranges: [{after?, upTo?}]}}.
 */
public final class Resync {
    static final String NOTE = "resync";
    private static final int RANGES = 4;
    private static final long DOCUMENTS_PER_RANGE_MIN = 2_500;
    private static final long NOTE_EVERY_NANOS = 2_000_000_000L;

    private final KeyScanner scanner;
    private final BaseStore bases;
    private final DeviceStore device;
    private final DirtyKeys queue;
    private final DeleteGuard guard;
    private final int deleteMin;
    private final Ticker ticker;
    private final Rules rules;
    private final KeptNote note;

    private final Set<String> pending = new TreeSet<>(); // guarded by this
    private boolean all; // guarded by this
    private boolean poll; // guarded by this
    private String reason = ""; // guarded by this
    private @Nullable CollectionScan current; // guarded by this
    private long requests; // guarded by this
    private boolean starting; // guarded by this
    private boolean finishing; // guarded by this
    private boolean active; // guarded by this
    private List<Range> resumeRanges = List.of(); // guarded by this
    private String resumeCollection = ""; // guarded by this
    private AtomicLong compared = new AtomicLong();
    private AtomicLong differing = new AtomicLong();
    private long total; // guarded by this
    private long startedNanos; // guarded by this
    private long startedMillis; // guarded by this
    private long notedNanos; // guarded by this

    /** What the loop around it knows and wants to know. */
    public interface Rules {
        /** Whether a collection may be compared now. */
        boolean mayScan(String collection);

        /** Whether a key was left out of step on purpose while the device held this content, so that polls pass over it. */
        boolean isLeftAlone(DocKey key, ContentHash local);

        /** Whether the hub's side matters for a collection. */
        boolean readsHub(String collection);

        /** A collection was compared and everything found is settled. */
        void finished(String collection);

        /** The delete guard holds a collection's deletes back. */
        void held(String collection, Held held);

        /** A resync begins or ends. */
        void progress(String text, boolean ended);
    }

    public Resync(
            KeyScanner scanner,
            BaseStore bases,
            DeviceStore device,
            DirtyKeys queue,
            DeleteGuard guard,
            int deleteMin,
            Ticker ticker,
            Rules rules) {
        this.scanner = scanner;
        this.bases = bases;
        this.device = device;
        this.queue = queue;
        this.guard = guard;
        this.deleteMin = deleteMin;
        this.ticker = ticker;
        this.rules = rules;
        this.note = new KeptNote(device, NOTE, this::toNote);
    }

    /** Asks for all collections. Blocking: noted on the device when it returns, or by the thread that is just writing. */
    public void requestAll(String why) {
        synchronized (this) {
            requests++;
            all = true;
            forgetPlaceReached();
            begin(why);
        }
        saveNote();
    }

    /** Asks for some collections. Blocking: noted on the device when it returns, or by the thread that is just writing. */
    public void request(Set<String> collections, String why) {
        if (collections.isEmpty()) {
            return;
        }
        synchronized (this) {
            requests++;
            pending.addAll(collections);
            if (collections.contains(resumeCollection)) {
                forgetPlaceReached();
            }
            begin(why);
        }
        saveNote();
    }

    /** What was compared before a restart was compared before the new request, which asks for the whole. */
    private void forgetPlaceReached() {
        resumeCollection = "";
        resumeRanges = List.of();
    }

    /** Compares the device with its base states once; not noted, since it is repeated anyway. */
    public synchronized boolean requestPoll() {
        if (active) {
            return false;
        }
        all = true;
        poll = true;
        begin("poll");
        return true;
    }

    /** Goes on with what was noted before a restart. Blocking. */
    public void resume() {
        Optional<BsonDocument> stored = device.note(NOTE);
        note.forget();
        synchronized (this) {
            stop();
            if (stored.isEmpty()) {
                return;
            }
            BsonDocument found = stored.get();
            all = found.getBoolean("all").getValue();
            found.getArray("pending")
                    .forEach(name -> pending.add(name.asString().getValue()));
            if (found.get("current") instanceof BsonString name) {
                pending.add(name.getValue());
                resumeCollection = name.getValue();
                List<Range> ranges = new ArrayList<>();
                found.getArray("ranges").forEach(range -> ranges.add(toRange(range.asDocument())));
                resumeRanges = ranges;
            }
            begin(found.getString("reason").getValue());
        }
    }

    /** Drops everything in memory; what was noted stays noted. */
    public synchronized void stop() {
        CollectionScan scan = current;
        if (scan != null) {
            scan.close();
        }
        current = null;
        pending.clear();
        all = false;
        poll = false;
        active = false;
        forgetPlaceReached();
    }

    public synchronized boolean isActive() {
        return active;
    }

    /** Whether a resync, as opposed to a poll, is running. */
    public synchronized boolean isResyncing() {
        return active && !poll;
    }

    /** Whether the device knows everything that was asked for; until then no position may be saved. */
    public boolean isNoted() {
        return note.isSaved();
    }

    /** Does some of the work; returns whether there was any. Blocking; throws like {@link KeyScanner}. */
    public boolean step() {
        note.save(); // does nothing unless an earlier attempt failed
        if (!isActive()) {
            return false;
        }
        Optional<CollectionScan> scan = scanning();
        if (scan.isEmpty()) {
            return startNext();
        }
        Optional<RangeScan> range = scan.get().takeRange();
        boolean worked = false;
        if (range.isPresent()) {
            try {
                worked = range.get().step();
            } finally {
                scan.get().giveBack(range.get());
            }
        }
        if (scan.get().hasEnded() && scan.get().isSettled()) {
            finish(scan.get());
            return true;
        }
        saveNoteNowAndThen();
        return worked;
    }

    /** How far it is; empty while none runs, and during polls. */
    public synchronized Optional<ResyncProgress> progress() {
        if (!active || poll) {
            return Optional.empty();
        }
        CollectionScan scan = current;
        double seconds = Math.max(0.001, (ticker.nanos() - startedNanos) / 1e9);
        long done = compared.get();
        double rate = done / seconds;
        Optional<Duration> left = rate > 0 && total > 0
                ? Optional.of(Duration.ofMillis((long) (1000 * Math.max(0, total - done) / rate)))
                : Optional.empty();
        return Optional.of(new ResyncProgress(
                reason,
                scan == null ? "" : scan.name(),
                done,
                Math.max(total, done),
                differing.get(),
                rate,
                left,
                Instant.ofEpochMilli(startedMillis)));
    }

    private synchronized Optional<CollectionScan> scanning() {
        return Optional.ofNullable(current);
    }

    private void begin(String why) {
        if (!active || poll) {
            active = true;
            poll = poll && why.equals("poll");
            reason = why;
            compared = new AtomicLong();
            differing = new AtomicLong();
            total = 0;
            startedNanos = ticker.nanos();
            startedMillis = ticker.millis();
            if (!poll) {
                rules.progress("Resync started: " + why, false);
            }
        }
    }

    /** Starts the next collection, by one thread at a time; without one, the resync is over. */
    private boolean startNext() {
        synchronized (this) {
            if (starting || current != null) {
                return false;
            }
            starting = true;
        }
        try {
            listIfNeeded();
            long known = requests();
            Optional<String> next = nextPending();
            if (next.isEmpty()) {
                end();
            } else {
                startOrPassOver(
                        next.get(),
                        rules.mayScan(next.get()) ? Optional.of(prepare(next.get())) : Optional.empty(),
                        known);
            }
            return true;
        } finally {
            synchronized (this) {
                starting = false;
            }
        }
    }

    private synchronized long requests() {
        return requests;
    }

    /**
     * Makes a collection the current one, or passes over it. Something asked for meanwhile may have been asked for because the rules are
     * others now, whether the hub matters for instance: then the collection is still pending, and what was prepared does not count.
     */
    private void startOrPassOver(String collection, Optional<CollectionScan> scan, long known) {
        synchronized (this) {
            if (requests != known) {
                scan.ifPresent(CollectionScan::close);
                return;
            }
            pending.remove(collection);
            if (scan.isPresent()) {
                forgetPlaceReached();
                current = scan.get();
            }
        }
        if (scan.isPresent()) {
            saveNote();
        }
    }

    private void listIfNeeded() {
        synchronized (this) {
            if (!all) {
                return;
            }
        }
        Set<String> names = new TreeSet<>();
        long documents = 0;
        for (Side side : isPolling() ? List.of(Side.LOCAL) : List.of(Side.HUB, Side.LOCAL)) {
            for (CollectionInfo info : scanner.collections(side)) {
                if (info.syncable() && rules.mayScan(info.name())) {
                    names.add(info.name());
                }
            }
        }
        if (!isPolling()) {
            for (String name : names) {
                documents += Math.max(scanner.estimate(Side.LOCAL, name), scanner.estimate(Side.HUB, name));
            }
        }
        names.addAll(bases.collections());
        names.removeIf(name -> !rules.mayScan(name));
        synchronized (this) {
            all = false;
            pending.addAll(names);
            total = documents;
        }
        saveNote();
    }

    private synchronized boolean isPolling() {
        return poll;
    }

    /** What to compare next; it stays pending until that has begun, since preparing it may fail. */
    private synchronized Optional<String> nextPending() {
        String resumed = resumeCollection;
        return pending.contains(resumed)
                ? Optional.of(resumed)
                : pending.stream().findFirst();
    }

    private CollectionScan prepare(String collection) {
        boolean readsHub = !isPolling() && rules.readsHub(collection);
        long agreed = bases.countLive(collection);
        Map<Side, Boolean> empty = new EnumMap<>(Side.class);
        empty.put(Side.LOCAL, agreed > 0 && isEmptySide(Side.LOCAL, collection, agreed));
        empty.put(Side.HUB, readsHub && agreed > 0 && isEmptySide(Side.HUB, collection, agreed));
        List<Range> ranges;
        synchronized (this) {
            ranges = collection.equals(resumeCollection) ? resumeRanges : List.of();
        }
        if (ranges.isEmpty()) {
            ranges = isPolling() ? List.of(Range.ALL) : cut(collection); // a poll must not need the hub
        }
        return new CollectionScan(
                collection,
                readsHub,
                ranges,
                scanner,
                queue,
                guard,
                agreed,
                empty,
                isPolling() ? rules::isLeftAlone : (key, local) -> false,
                new CollectionScan.Counters(compared, differing));
    }

    /** Nothing there although something was agreed on: a small collection may simply have been emptied, if it still exists. */
    private boolean isEmptySide(Side side, String collection, long agreed) {
        if (scanner.estimate(side, collection) > 0) {
            return false;
        }
        boolean exists =
                scanner.collections(side).stream().anyMatch(info -> info.name().equals(collection));
        return !exists || agreed > deleteMin;
    }

    private List<Range> cut(String collection) {
        long documents = Math.max(scanner.estimate(Side.LOCAL, collection), scanner.estimate(Side.HUB, collection));
        if (documents < 2 * DOCUMENTS_PER_RANGE_MIN) {
            return List.of(Range.ALL);
        }
        int wanted = (int) Math.min(RANGES, documents / DOCUMENTS_PER_RANGE_MIN);
        List<Range> ranges = new ArrayList<>();
        Optional<BsonValue> after = Optional.empty();
        for (BsonValue cut : scanner.split(collection, wanted)) {
            ranges.add(new Range(after, Optional.of(cut)));
            after = Optional.of(cut);
        }
        ranges.add(new Range(after, Optional.empty()));
        return ranges;
    }

    /** Until the guard's verdict is noted the scan stays the current one, so that a failure leads here again. */
    private void finish(CollectionScan scan) {
        synchronized (this) {
            if (current != scan || finishing) {
                return;
            }
            finishing = true;
        }
        try {
            Optional<Held> held = scan.held();
            if (held.isPresent()) {
                rules.held(scan.name(), held.get());
            } else {
                rules.finished(scan.name());
            }
            synchronized (this) {
                current = current == scan ? null : current;
            }
        } finally {
            synchronized (this) {
                finishing = false;
            }
        }
        saveNote();
    }

    private void end() {
        boolean wasPoll;
        String text;
        synchronized (this) {
            if (all || !pending.isEmpty()) {
                return;
            }
            wasPoll = poll;
            text = "Resync finished: " + reason + ", " + compared.get() + " keys compared, " + differing.get()
                    + " differed";
            active = false;
            poll = false;
        }
        if (!wasPoll) {
            saveNote();
            rules.progress(text, true);
        }
    }

    private void saveNoteNowAndThen() {
        synchronized (this) {
            if (ticker.nanos() - notedNanos < NOTE_EVERY_NANOS) {
                return;
            }
        }
        saveNote();
    }

    private void saveNote() {
        synchronized (this) {
            notedNanos = ticker.nanos();
            if (poll) {
                return;
            }
        }
        note.changed();
        note.save();
    }

    /** What a restart has to know; empty when no resync is under way. */
    private synchronized Optional<BsonDocument> toNote() {
        if (!active || poll) {
            return Optional.empty();
        }
        BsonDocument document = new BsonDocument("reason", new BsonString(reason))
                .append("all", BsonBoolean.valueOf(all))
                .append(
                        "pending",
                        new BsonArray(pending.stream().map(BsonString::new).toList()));
        CollectionScan scan = current;
        if (scan != null) {
            document.append("current", new BsonString(scan.name()))
                    .append(
                            "ranges",
                            new BsonArray(
                                    scan.rest().stream().map(Resync::toBson).toList()));
        }
        return Optional.of(document);
    }

    private static BsonDocument toBson(Range range) {
        BsonDocument document = new BsonDocument();
        range.after().ifPresent(id -> document.append("after", id));
        range.upTo().ifPresent(id -> document.append("upTo", id));
        return document;
    }

    private static Range toRange(BsonDocument document) {
        return new Range(Optional.ofNullable(document.get("after")), Optional.ofNullable(document.get("upTo")));
    }
}
