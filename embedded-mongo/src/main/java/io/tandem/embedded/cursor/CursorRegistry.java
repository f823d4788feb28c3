package io.tandem.embedded.cursor;

import io.tandem.embedded.error.ServerError;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The open cursors. Any thread; one `getMore` at a time per cursor. */
public final class CursorRegistry {
    /** A cursor that nobody asks is forgotten after this time, as on real servers. */
    private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final SecureRandom random = new SecureRandom();
    private final Map<Long, Entry> cursors = new ConcurrentHashMap<>();

    /** A cursor and whether it is in use. */
    private static final class Entry {
        final ServerCursor cursor;
        final AtomicBoolean busy = new AtomicBoolean();
        volatile long lastUsed = System.nanoTime();

        Entry(ServerCursor cursor) {
            this.cursor = cursor;
        }
    }

    /** Keeps a cursor open; returns its id. */
    public long open(ServerCursor cursor) {
        while (true) {
            long id = random.nextLong() & Long.MAX_VALUE;
            if (id != 0 && cursors.putIfAbsent(id, new Entry(cursor)) == null) {
                return id;
            }
        }
    }

    /** Takes a cursor for one `getMore`; give it back with {@link #release}. */
    public ServerCursor acquire(long id) {
        Entry entry = cursors.get(id);
        if (entry == null) {
            throw new ServerError(ServerError.CURSOR_NOT_FOUND, "cursor id " + id + " not found");
        }
        if (!entry.busy.compareAndSet(false, true)) {
            throw new ServerError(12051, "cursor id " + id + " is already in use by another operation");
        }
        return entry.cursor;
    }

    public void release(long id) {
        Entry entry = cursors.get(id);
        if (entry != null) {
            entry.lastUsed = System.nanoTime();
            entry.busy.set(false);
        }
    }

    /** Ends a cursor; returns whether there was one. */
    public boolean close(long id) {
        Entry entry = cursors.remove(id);
        if (entry != null) {
            entry.cursor.close();
        }
        return entry != null;
    }

    public boolean isOpen(long id) {
        return cursors.containsKey(id);
    }

    /** The cursor without taking it, or null. */
    public @Nullable ServerCursor peek(long id) {
        Entry entry = cursors.get(id);
        return entry == null ? null : entry.cursor;
    }

    public void closeAll() {
        cursors.keySet().forEach(this::close);
    }

    /** Forgets cursors that have been idle for too long. */
    public void closeIdle() {
        long now = System.nanoTime();
        cursors.forEach((id, entry) -> {
            if (!entry.busy.get() && now - entry.lastUsed > IDLE_NANOS) {
                close(id);
            }
        });
    }

    public int size() {
        return cursors.size();
    }
}
