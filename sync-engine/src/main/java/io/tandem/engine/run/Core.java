package io.tandem.engine.run;

import io.tandem.engine.checkpoint.KeptNote;
import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.dirty.DirtyKeys;
import io.tandem.engine.guard.DeleteGuard;
import io.tandem.engine.guard.LoopDetector;
import io.tandem.engine.model.Side;
import io.tandem.engine.plan.Resolvers;
import io.tandem.engine.time.ClockProbe;
import io.tandem.engine.time.HubTime;
import io.tandem.engine.time.Ticker;
import io.tandem.engine.watch.EchoRegistry;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** What the steps of one engine share. Every part is thread-safe. */
final class Core {
    /** Keys in memory at most. One takes about half a kilobyte, so that a small heap holds them all. */
    static final int QUEUE_CAPACITY = 10_000;

    private static final int CLOCK_QUESTIONS = 3;
    private static final long QUICK_ANSWER_NANOS = 10_000_000L;

    final EngineConfig config;
    final Ports ports;
    final Ticker ticker;
    final HubTime time;
    final DirtyKeys queue;
    final BatchSize batchSize;
    final Pace pace;
    final EchoRegistry echoes;
    final Modes modes;
    final Stats stats;
    final Problems problems;
    final Notices notices;
    final DeleteGuard deleteGuard;
    final LoopDetector loops;
    final Catalog catalog;
    /** The modes as the device knows them; until it knows them all, no position may be saved. */
    final KeptNote modesNote;

    /** Whether keys may be noted on the device that can be looked at now: new ones, or the hub is back, or a collection was freed. */
    final AtomicBoolean notesWaiting = new AtomicBoolean(true);

    final LeftAlone leftAlone = new LeftAlone();
    final Observations observations = new Observations();

    Core(EngineConfig config, Ports ports, Resolvers resolvers, int workers) {
        this.config = config;
        this.ports = ports;
        this.ticker = ports.ticker();
        this.time = new HubTime(ticker);
        this.queue = new DirtyKeys(QUEUE_CAPACITY, ticker);
        this.batchSize = new BatchSize(config.batchSize(), workers);
        this.pace = new Pace(workers);
        this.echoes = new EchoRegistry(ticker);
        this.modes = new Modes(config, resolvers);
        this.modesNote = new KeptNote(ports.device(), Modes.NOTE, () -> Optional.of(modes.toNote()));
        modes.onChange(modesNote::changed);
        this.stats = new Stats(ticker);
        this.problems = new Problems(ticker);
        this.notices = new Notices(ticker);
        this.deleteGuard = new DeleteGuard(config.maxDeletePercent(), config.maxDeleteMin(), ticker);
        this.loops = new LoopDetector(ticker);
        this.catalog = new Catalog(ports.scanner(), ticker, problems, notices);
    }

    /** Asks a server for the time, again if the answer took long: the first one over a new connection often does. Blocking. */
    void askTime(Side side) {
        for (int asked = 0; asked < CLOCK_QUESTIONS; asked++) {
            ClockProbe.Sample sample = ports.clock().ask(side);
            time.learn(side, sample);
            if (sample.roundTripNanos() < QUICK_ANSWER_NANOS) {
                return;
            }
        }
    }
}
