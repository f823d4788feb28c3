package io.tandem.engine.run;

import io.tandem.engine.checkpoint.HubStore;
import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.fake.FakeBases;
import io.tandem.engine.fake.FakeDevice;
import io.tandem.engine.fake.FakeFeed;
import io.tandem.engine.fake.FakeQuarantine;
import io.tandem.engine.fake.FakeScanner;
import io.tandem.engine.fake.FakeSides;
import io.tandem.engine.fake.Faults;
import io.tandem.engine.fake.HandClock;
import io.tandem.engine.model.Side;
import io.tandem.engine.plan.Resolvers;
import io.tandem.engine.status.Device;
import io.tandem.engine.time.ClockProbe;
import io.tandem.engine.watch.ChangeSource;
import io.tandem.engine.write.ConflictLog;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** What the steps of an engine share, over fakes, with the lease taken. */
final class Cell {
    final Faults faults = new Faults();
    final HandClock clock = new HandClock();
    final FakeSides sides = new FakeSides(faults);
    final FakeBases bases = new FakeBases(faults);
    final FakeDevice device = new FakeDevice(faults);
    final FakeQuarantine quarantine = new FakeQuarantine(faults);
    final FakeFeed localFeed = new FakeFeed(faults);
    final FakeScanner scanner = new FakeScanner(sides, bases, faults);
    final Core core;
    final Leadership leadership;
    /** The nonce that the hub last heard of this device. */
    Optional<String> heard = Optional.empty();

    Cell() {
        EngineConfig config = EngineConfig.builder()
                .local("mongodb://device", "app")
                .hub("mongodb://hub", "app")
                .bidirectionalEnabled(true)
                .build();
        Ports ports = new Ports(
                localFeed,
                name -> absent(ChangeSource.class),
                sides,
                sides,
                bases,
                quarantine,
                absent(ConflictLog.class),
                device,
                new Registry(),
                scanner,
                side -> new ClockProbe.Sample(clock.millis(), clock.millis(), 0),
                clock,
                () -> Long.MIN_VALUE,
                fence -> {});
        core = new Core(config, ports, Resolvers.of(List.of()), 1);
        leadership = new Leadership(core, "agent", fence -> {});
        leadership.run();
    }

    /** What a hub knows of its devices, as far as a start needs it. */
    private final class Registry implements HubStore {
        @Override
        public HubIdentity identity() {
            return new HubIdentity("hub-1", 0);
        }

        @Override
        public Optional<String> nonceOf(String instanceId) {
            return heard;
        }

        @Override
        public void heartbeat(Heartbeat heartbeat) {
            throw new UnsupportedOperationException("nobody beats here");
        }

        @Override
        public List<Device> devices(String self) {
            throw new UnsupportedOperationException("nobody asks here");
        }

        @Override
        public void prepare(int tombstoneRetentionDays) {
            throw new UnsupportedOperationException("nothing to prepare here");
        }
    }

    /** The link to a hub that answers, or does not; not run yet. */
    HubLink hub(boolean answers) {
        return new HubLink(core, leadership, new HubLink.Joiner() {
            @Override
            public boolean join() {
                return answers;
            }

            @Override
            public void linked() {}
        });
    }

    Upkeep upkeep(HubLink hub) {
        return new Upkeep(
                core,
                leadership,
                hub,
                new Membership(core),
                new Settlement(core, leadership),
                new CanaryWatch(core.ticker));
    }

    /** A feed of the device's events, to which nobody listens. */
    FeedStep feed(Side side) {
        return feed(side, () -> true, () -> true, new Checkpoints(core), new Deaf());
    }

    /** A feed of the device's events; what it tells beside keys is not heard. */
    FeedStep feed(
            Side side, BooleanSupplier wanted, BooleanSupplier mayRead, Checkpoints checkpoints, FeedStep.Lost lost) {
        return new FeedStep(core, side, leadership, () -> localFeed, wanted, mayRead, checkpoints, lost, new Deaf());
    }

    /** Time passes, and the lease is renewed. */
    void pass(Duration time) {
        clock.advance(time);
        leadership.run();
    }

    /** A port that nothing under test may use. */
    private static <T> T absent(Class<T> port) {
        return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (self, method, args) -> {
            throw new UnsupportedOperationException(method + " was not to be used");
        }));
    }
}
