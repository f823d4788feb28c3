package io.tandem.engine.run;

import io.tandem.engine.status.EngineListener;
import io.tandem.engine.status.EngineListener.Change;
import io.tandem.engine.status.EngineListener.Notice;
import io.tandem.engine.time.Ticker;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the listeners what happens. A listener that throws is logged and changes nothing else. Thread-safe. */
final class Notices {
    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);

    private final Ticker ticker;
    private final List<EngineListener> listeners = new CopyOnWriteArrayList<>();

    Notices(Ticker ticker) {
        this.ticker = ticker;
    }

    void add(EngineListener listener) {
        listeners.add(listener);
    }

    boolean hasListeners() {
        return !listeners.isEmpty();
    }

    void tell(String kind, String text) {
        Notice notice = new Notice(Instant.ofEpochMilli(ticker.millis()), kind, text);
        for (EngineListener listener : listeners) {
            try {
                listener.noticed(notice);
            } catch (RuntimeException e) {
                LOG.error("A listener failed on a notice of kind {}", kind, e);
            }
        }
    }

    void tell(Change change) {
        for (EngineListener listener : listeners) {
            try {
                listener.changeSettled(change);
            } catch (RuntimeException e) {
                LOG.error("A listener failed on a change in {}", change.collection(), e);
            }
        }
    }
}
