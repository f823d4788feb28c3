package io.tandem.engine.fake;

import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.Version;
import io.tandem.engine.watch.ChangeFeed;
import io.tandem.engine.watch.ChangeSource;
import io.tandem.engine.watch.FeedEvent;
import io.tandem.engine.watch.FeedEvent.Kind;
import io.tandem.engine.watch.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;

/** A feed whose events are put in by hand; one source and one feed at the same time. */
public final class FakeFeed implements ChangeSource, ChangeFeed {
    private final Faults faults;
    private final List<FeedEvent> next = new ArrayList<>();
    private long place = 100;
    private boolean open;
    private Optional<FaultCode> refusal = Optional.empty();
    public Optional<Position> openedAfter = Optional.empty();
    /** What happens between a question and its answer. */
    public Runnable whileAsked = () -> {};

    public FakeFeed(Faults faults) {
        this.faults = faults;
    }

    public static Position at(long place) {
        return new Position(new BsonDocument("at", new BsonInt64(place)));
    }

    @Override
    public ChangeFeed open(Optional<Position> after) {
        faults.point("open");
        refusal.ifPresent(code -> {
            throw new SyncException(code, "this feed cannot be opened");
        });
        openedAfter = after;
        open = true;
        return this;
    }

    /** Can be opened again. */
    public void heal() {
        refusal = Optional.empty();
    }

    /** Cannot be opened, from now on. */
    public void failToOpenWith(FaultCode code) {
        refusal = Optional.of(code);
    }

    /** An event at the next place; returns that place. */
    public Position happens(Kind kind, int id, long millis, Optional<Version> version) {
        Position position = at(++place);
        Optional<String> renamedTo = kind == Kind.RENAMED ? Optional.of("d") : Optional.empty();
        next.add(new FeedEvent(kind, "c", Optional.of(new BsonInt32(id)), millis, version, renamedTo, position));
        return position;
    }

    /** Time passes for the feed without an event of interest. */
    public Position idles() {
        return at(++place);
    }

    public boolean isOpen() {
        return open;
    }

    @Override
    public List<FeedEvent> poll() {
        faults.point("poll");
        whileAsked.run();
        List<FeedEvent> events = List.copyOf(next);
        next.clear();
        return events;
    }

    @Override
    public Position position() {
        return at(place);
    }

    @Override
    public void close() {
        open = false;
    }
}
