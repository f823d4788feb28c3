package io.tandem.agent.service;

import io.tandem.agent.view.ActivityView;
import io.tandem.engine.status.EngineListener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last changes and notices, and those who hear about them. Any thread. */
final class Activity implements EngineListener {
    private static final Logger LOG = LoggerFactory.getLogger(Activity.class);

    /** Enough for a screen that scrolls; about half a megabyte at most. */
    static final int KEPT_MAX = 500;

    private final Deque<ActivityView.Change> changes = new ArrayDeque<>();
    private final Deque<ActivityView.Notice> notices = new ArrayDeque<>();
    private final List<ServiceListener> listeners = new CopyOnWriteArrayList<>();

    void add(ServiceListener listener) {
        listeners.add(listener);
    }

    @Override
    public void changeSettled(Change change) {
        ActivityView.Change seen = Views.change(change);
        keep(changes, seen);
        listeners.forEach(listener -> guarded(() -> listener.changed(seen)));
    }

    @Override
    public void noticed(Notice notice) {
        ActivityView.Notice seen = Views.notice(notice);
        keep(notices, seen);
        listeners.forEach(listener -> guarded(() -> listener.noticed(seen)));
    }

    ActivityView view(int limit) {
        return new ActivityView(newest(changes, limit), newest(notices, limit));
    }

    private static <T> void keep(Deque<T> kept, T item) {
        synchronized (kept) {
            if (kept.size() == KEPT_MAX) {
                kept.removeFirst();
            }
            kept.addLast(item);
        }
    }

    private static <T> List<T> newest(Deque<T> kept, int limit) {
        List<T> items;
        synchronized (kept) {
            items = new ArrayList<>(kept);
        }
        Collections.reverse(items);
        return items.subList(0, Math.min(limit, items.size()));
    }

    private static void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException failed) {
            // A listener of ours is broken; the engine's thread must go on all the same.
            LOG.error("A listener of the activity failed", failed);
        }
    }
}
