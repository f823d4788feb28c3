package io.tandem.engine.run;

import io.tandem.engine.model.Side;
import io.tandem.engine.watch.ChangeTail;

/** Hears everything and does nothing. */
final class Deaf implements FeedStep.Lost, ChangeTail.Listener {
    @Override
    public void resyncAll(Side side, String why) {}

    @Override
    public void savePosition(Side side, ChangeTail tail) {}

    @Override
    public void echo(Side side) {}

    @Override
    public void event(Side side) {}

    @Override
    public void heartbeat(long number) {}

    @Override
    public void dropped(Side side, String collection) {}

    @Override
    public void renamed(Side side, String from, String to) {}

    @Override
    public void databaseDropped(Side side) {}
}
