package io.tandem.agent.http;

import io.tandem.agent.json.Json;
import io.tandem.agent.service.ServiceListener;
import io.tandem.agent.view.ActivityView.Change;
import io.tandem.agent.view.ActivityView.Notice;
import io.tandem.agent.view.AlertView;
import io.tandem.agent.view.StatusView;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Sends what happens to everybody who listens on {@code /api/events}. Any thread publishes and never waits; each listener writes from its own
 * request thread. A listener that is too slow is cut off, and connects again.
 */
public final class EventHub implements ServiceListener, AutoCloseable {
    static final int STREAMS_MAX = 32;

    /** A minute of status events; who is further behind is not looking. */
    private static final int QUEUE_MAX = 64;

    private static final int CHANGES_MAX = 50;
    private static final String END = "";

    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

    /** Guarded by itself. */
    private final List<Change> changes = new ArrayList<>();

    /** Guarded by changes. */
    private long dropped;

    private volatile boolean closed;

    /** A batch of changes. */
    private record Changes(List<Change> changes, long dropped) {}

    /** One listener. */
    private static final class Subscription {
        private final BlockingQueue<String> queue = new ArrayBlockingQueue<>(QUEUE_MAX);

        void offer(String event) {
            if (!queue.offer(event)) {
                queue.clear();
                boolean ended = queue.offer(END);
                assert ended : "an empty queue has room";
            }
        }
    }

    @Override
    public void changed(Change change) {
        if (subscriptions.isEmpty()) {
            return;
        }
        synchronized (changes) {
            if (changes.size() < CHANGES_MAX) {
                changes.add(change);
            } else {
                dropped++;
            }
        }
    }

    @Override
    public void noticed(Notice notice) {
        publish("notice", () -> notice);
    }

    /** An alert was raised or cleared. */
    public void alerted(AlertView alert) {
        publish("alert", () -> alert);
    }

    /** Sends the status; computed only when somebody listens. */
    public void status(Supplier<StatusView> status) {
        publish("status", status::get);
    }

    /** Sends the changes collected since the last time. */
    public void flushChanges() {
        Changes batch;
        synchronized (changes) {
            if (changes.isEmpty()) {
                return;
            }
            batch = new Changes(List.copyOf(changes), dropped);
            changes.clear();
            dropped = 0;
        }
        publish("changes", () -> batch);
    }

    /** How many listen. */
    public int listening() {
        return subscriptions.size();
    }

    private void publish(String name, Supplier<Object> view) {
        if (!subscriptions.isEmpty()) {
            String event = "event: " + name + "\ndata: " + Json.write(view.get()) + "\n\n";
            subscriptions.forEach(subscription -> subscription.offer(event));
        }
    }

    /** A stream for one more listener, beginning with the given status. @throws Refusal 429 when there are too many */
    Reply open(StatusView first) {
        if (closed) {
            throw Refusal.of(503, "The agent is stopping.");
        }
        Subscription subscription = new Subscription();
        subscriptions.add(subscription);
        if (subscriptions.size() > STREAMS_MAX) {
            subscriptions.remove(subscription);
            throw Refusal.of(
                    429,
                    "There are " + STREAMS_MAX + " event streams already. Close one, then try again.",
                    Map.of("Retry-After", "10"));
        }
        subscription.offer("retry: 2000\nevent: status\ndata: " + Json.write(first) + "\n\n");
        return new Reply.Stream(
                "text/event-stream;charset=utf-8",
                out -> write(subscription, out),
                Map.of("Cache-Control", "no-store", "X-Accel-Buffering", "no"));
    }

    private void write(Subscription subscription, OutputStream out) throws IOException {
        try {
            while (!closed) {
                String event = subscription.queue.poll(5, TimeUnit.SECONDS);
                if (event == null) {
                    event = ": still here\n\n";
                }
                if (event.equals(END)) {
                    return;
                }
                out.write(event.getBytes(StandardCharsets.UTF_8));
                if (subscription.queue.isEmpty()) {
                    out.flush();
                }
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } finally {
            subscriptions.remove(subscription);
        }
    }

    @Override
    public void close() {
        closed = true;
        subscriptions.forEach(subscription -> {
            subscription.queue.clear();
            subscription.offer(END);
        });
    }
}
