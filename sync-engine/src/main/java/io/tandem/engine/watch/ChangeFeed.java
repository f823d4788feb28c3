package io.tandem.engine.watch;

import java.util.List;

/** An open feed. Used by one thread; only {@link #close()} may be called by another. */
public interface ChangeFeed extends AutoCloseable {
    /**
     * The next events, in the order of that side's history; possibly none after waiting a moment.
     *
     * @throws io.tandem.engine.fault.SyncException as {@link ChangeSource#open}; the feed is then dead
     */
    List<FeedEvent> poll();

    /**
     * A position that covers every event returned so far and moves on while nothing happens. Known from the moment the feed
     * is open.
     */
    Position position();

    @Override
    void close();
}
