package io.tandem.simulation.world;

import io.tandem.engine.checkpoint.BaseStore;
import io.tandem.engine.checkpoint.DeviceStore;
import io.tandem.engine.model.BaseRecord;
import io.tandem.engine.model.Conflict;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.HubState;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Tombstone;
import io.tandem.engine.model.Version;
import io.tandem.engine.read.StateReader;
import io.tandem.engine.run.Ports;
import io.tandem.engine.watch.ChangeFeed;
import io.tandem.engine.watch.ChangeSource;
import io.tandem.engine.watch.FeedEvent;
import io.tandem.engine.watch.Position;
import io.tandem.engine.write.GuardedTarget;
import io.tandem.engine.write.Outcome;
import io.tandem.engine.write.Swap;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Engines that are broken on purpose, each by one decorated port. A simulation is worth something only if it finds every one of
 * them.
 */
public enum Mutant implements Sabotage {
    /** Writes locally whatever is there now. */
    NO_GUARD_ON_LOCAL_WRITE {
        @Override
        public Ports ports(Ports honest, Site site) {
            return withTarget(honest, unguarded(honest.target(), Side.LOCAL, honest.reader()));
        }
    },
    /** Writes the hub whatever is there now. */
    NO_GUARD_ON_HUB_WRITE {
        @Override
        public Ports ports(Ports honest, Site site) {
            return withTarget(honest, unguarded(honest.target(), Side.HUB, honest.reader()));
        }
    },
    /** Guards hub writes by the metadata's version only, which people leave as it is when they edit. */
    GUARD_ON_VERSION_ONLY {
        @Override
        public Ports ports(Ports honest, Site site) {
            return withTarget(honest, new Passing(honest.target()) {
                @Override
                public List<Outcome> swap(Side side, List<Swap> swaps) {
                    return super.swap(side, side == Side.HUB ? byVersion(swaps, honest.reader()) : swaps);
                }
            });
        }
    },
    /** Saves what was read from a feed, not what is settled. */
    CHECKPOINT_BEFORE_THE_WORK {
        @Override
        public Ports ports(Ports honest, Site site) {
            Map<Side, Position> read = new EnumMap<>(Side.class);
            DeviceStore early = proxy(DeviceStore.class, honest.device(), (method, arguments) -> {
                if (method.equals("savePosition")) {
                    arguments[1] = read.getOrDefault((Side) arguments[0], (Position) arguments[1]);
                }
            });
            return new Ports(
                    noting(honest.localChanges(), p -> read.put(Side.LOCAL, p)),
                    device -> noting(honest.hubChanges().apply(device), p -> read.put(Side.HUB, p)),
                    honest.reader(),
                    honest.target(),
                    honest.bases(),
                    honest.quarantine(),
                    honest.conflictLog(),
                    early,
                    honest.hub(),
                    honest.scanner(),
                    honest.clock(),
                    honest.ticker(),
                    honest.random(),
                    honest.fence());
        }
    },
    /** Forgets what it was about to write locally. */
    NO_INTENT {
        @Override
        public Ports ports(Ports honest, Site site) {
            return withBases(
                    honest,
                    saving(
                            honest.bases(),
                            r -> new BaseRecord(r.state(), r.content(), Optional.empty(), r.pushing(), r.mark())));
        }
    },
    /** Forgets what it was about to push, where fields are merged. */
    NO_NOTE_OF_PUSHES {
        @Override
        public Ports ports(Ports honest, Site site) {
            return withBases(
                    honest,
                    saving(
                            honest.bases(),
                            r -> new BaseRecord(r.state(), r.content(), r.intent(), Optional.empty(), r.mark())));
        }
    },
    /** Keeps no dirty marks. */
    NO_DIRTY_MARKS {
        @Override
        public Ports ports(Ports honest, Site site) {
            return withBases(honest, saving(honest.bases(), r -> r.withMark(Optional.empty())));
        }
    },
    /** Remembers the content that was agreed on, but not its version. */
    BASE_WITHOUT_VERSION {
        @Override
        public Ports ports(Ports honest, Site site) {
            return withBases(
                    honest,
                    new LoadingBases(honest.bases()) {
                        @Override
                        BaseRecord loaded(BaseRecord r) {
                            return new BaseRecord(
                                    r.state()
                                            .map(s ->
                                                    new io.tandem.engine.model.StateId(new Version(1, "?"), s.hash())),
                                    r.content(),
                                    r.intent(),
                                    r.pushing(),
                                    r.mark());
                        }
                    }.proxied());
        }
    },
    /** Leaves no tombstones at all. */
    NO_TOMBSTONES {
        @Override
        public Ports ports(Ports honest, Site site) {
            return withTarget(honest, new Passing(honest.target()) {
                @Override
                public List<Outcome> bury(List<Burial> burials) {
                    return burials.stream().map(b -> Outcome.APPLIED).toList();
                }
            });
        }
    },
    /** Leaves the tombstone some time after the document was deleted, with whatever is written next. */
    TOMBSTONE_AFTER_DELETE {
        @Override
        public Ports ports(Ports honest, Site site) {
            return withTarget(honest, new Passing(honest.target()) {
                private final Map<DocKey, Burial> next = new LinkedHashMap<>();
                private final List<Burial> late = new ArrayList<>();

                @Override
                public List<Outcome> bury(List<Burial> burials) {
                    buryLate();
                    return burials.stream().map(this::bury).toList();
                }

                private Outcome bury(Burial burial) {
                    if (now(Side.HUB, burial.key(), honest.reader()).isEmpty()) {
                        return super.bury(List.of(burial)).get(0);
                    }
                    next.put(burial.key(), burial);
                    return Outcome.APPLIED;
                }

                @Override
                public List<Outcome> swap(Side side, List<Swap> swaps) {
                    buryLate();
                    List<Outcome> outcomes = super.swap(side, swaps);
                    late.addAll(next.values());
                    next.clear();
                    return outcomes;
                }

                private void buryLate() {
                    List<Burial> left = List.copyOf(late);
                    late.clear();
                    super.bury(left);
                }
            });
        }
    },
    /** Logs no conflicts. */
    NO_CONFLICT_LOG {
        @Override
        public Ports ports(Ports honest, Site site) {
            return withTarget(honest, new Passing(honest.target()) {
                @Override
                public void log(List<Conflict> conflicts) {
                    // gone without a trace
                }
            });
        }
    },
    /** Takes a write that missed for one that took place. */
    TAKES_A_MISS_FOR_A_HIT {
        @Override
        public Ports ports(Ports honest, Site site) {
            return withTarget(honest, takingForAHit(Outcome.MISSED, honest.target()));
        }
    },
    /** Believes that every write of a bulk took place when some of them did. */
    TAKES_A_PART_FOR_THE_WHOLE {
        @Override
        public Ports ports(Ports honest, Site site) {
            return withTarget(honest, takingForAHit(Outcome.UNKNOWN, honest.target()));
        }
    },
    /** Believes its own clock instead of measuring the hub's. */
    TRUSTS_ITS_OWN_CLOCK {
        @Override
        public Ports ports(Ports honest, Site site) {
            return new Ports(
                    honest.localChanges(),
                    honest.hubChanges(),
                    honest.reader(),
                    honest.target(),
                    honest.bases(),
                    honest.quarantine(),
                    honest.conflictLog(),
                    honest.device(),
                    honest.hub(),
                    honest.scanner(),
                    side -> honest.clock().ask(Side.LOCAL),
                    honest.ticker(),
                    honest.random(),
                    honest.fence());
        }
    },
    /** Does not see tombstones when it reads the hub. */
    BLIND_TO_TOMBSTONES {
        @Override
        public Ports ports(Ports honest, Site site) {
            StateReader blind = new StateReader() {
                @Override
                public Map<DocKey, Doc> readLocal(Collection<DocKey> keys) {
                    return honest.reader().readLocal(keys);
                }

                @Override
                public Map<DocKey, HubState> readHub(Collection<DocKey> keys) {
                    Map<DocKey, HubState> found = new LinkedHashMap<>();
                    honest.reader()
                            .readHub(keys)
                            .forEach((key, state) ->
                                    found.put(key, new HubState(state.doc(), Optional.<Tombstone>empty())));
                    return found;
                }
            };
            return withReader(honest, blind);
        }
    };

    private static class Passing implements GuardedTarget {
        private final GuardedTarget target;

        Passing(GuardedTarget target) {
            this.target = target;
        }

        @Override
        public List<Outcome> swap(Side side, List<Swap> swaps) {
            return target.swap(side, swaps);
        }

        @Override
        public List<Outcome> bury(List<Burial> burials) {
            return target.bury(burials);
        }

        @Override
        public void log(List<Conflict> conflicts) {
            target.log(conflicts);
        }
    }

    private abstract static class LoadingBases {
        private final BaseStore bases;

        LoadingBases(BaseStore bases) {
            this.bases = bases;
        }

        abstract BaseRecord loaded(BaseRecord record);

        BaseStore proxied() {
            return answering(BaseStore.class, bases, (method, answer) -> {
                if (!method.equals("load")) {
                    return answer;
                }
                Map<Object, Object> changed = new LinkedHashMap<>();
                ((Map<?, ?>) answer).forEach((key, record) -> changed.put(key, loaded((BaseRecord) record)));
                return changed;
            });
        }
    }

    private static GuardedTarget takingForAHit(Outcome misread, GuardedTarget target) {
        return new Passing(target) {
            @Override
            public List<Outcome> swap(Side side, List<Swap> swaps) {
                return super.swap(side, swaps).stream()
                        .map(o -> o == misread ? Outcome.APPLIED : o)
                        .toList();
            }
        };
    }

    private static GuardedTarget unguarded(GuardedTarget target, Side broken, StateReader reader) {
        return new Passing(target) {
            @Override
            public List<Outcome> swap(Side side, List<Swap> swaps) {
                List<Swap> blind = new ArrayList<>();
                for (Swap swap : swaps) {
                    blind.add(side == broken ? new Swap(swap.key(), now(side, swap.key(), reader), swap.next()) : swap);
                }
                return super.swap(side, blind);
            }
        };
    }

    private static List<Swap> byVersion(List<Swap> swaps, StateReader reader) {
        List<Swap> loose = new ArrayList<>();
        for (Swap swap : swaps) {
            Optional<Doc> now = now(Side.HUB, swap.key(), reader);
            boolean sameVersion = now.isPresent()
                    && now.get().meta().isPresent()
                    && swap.seen().isPresent()
                    && now.get()
                            .meta()
                            .map(SyncMeta::version)
                            .equals(swap.seen().get().meta().map(SyncMeta::version));
            loose.add(sameVersion ? new Swap(swap.key(), now, swap.next()) : swap);
        }
        return loose;
    }

    private static Optional<Doc> now(Side side, DocKey key, StateReader reader) {
        return side == Side.LOCAL
                ? Optional.ofNullable(reader.readLocal(List.of(key)).get(key))
                : reader.readHub(List.of(key)).getOrDefault(key, HubState.EMPTY).doc();
    }

    private static ChangeSource noting(ChangeSource source, java.util.function.Consumer<Position> read) {
        return after -> {
            ChangeFeed feed = source.open(after);
            return new ChangeFeed() {
                @Override
                public List<FeedEvent> poll() {
                    List<FeedEvent> events = feed.poll();
                    read.accept(feed.position());
                    return events;
                }

                @Override
                public Position position() {
                    return feed.position();
                }

                @Override
                public void close() {
                    feed.close();
                }
            };
        };
    }

    private static BaseStore saving(BaseStore bases, UnaryOperator<BaseRecord> change) {
        return proxy(BaseStore.class, bases, (method, arguments) -> {
            if (method.equals("save")) {
                Map<Object, Object> changed = new LinkedHashMap<>();
                ((Map<?, ?>) arguments[0]).forEach((key, r) -> changed.put(key, change.apply((BaseRecord) r)));
                arguments[0] = changed;
            }
        });
    }

    private interface Before {
        void change(String method, Object[] arguments);
    }

    private interface After {
        Object change(String method, Object answer);
    }

    private static <T> T proxy(Class<T> port, T honest, Before before) {
        return port.cast(Proxy.newProxyInstance(
                port.getClassLoader(), new Class<?>[] {port}, (self, method, arguments) -> {
                    if (arguments != null) {
                        before.change(method.getName(), arguments);
                    }
                    return call(honest, method, arguments);
                }));
    }

    private static <T> T answering(Class<T> port, T honest, After after) {
        InvocationHandler handler =
                (self, method, arguments) -> after.change(method.getName(), call(honest, method, arguments));
        return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, handler));
    }

    private static Object call(Object honest, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(honest, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Ports withTarget(Ports p, GuardedTarget target) {
        return new Ports(
                p.localChanges(),
                p.hubChanges(),
                p.reader(),
                target,
                p.bases(),
                p.quarantine(),
                p.conflictLog(),
                p.device(),
                p.hub(),
                p.scanner(),
                p.clock(),
                p.ticker(),
                p.random(),
                p.fence());
    }

    private static Ports withBases(Ports p, BaseStore bases) {
        return new Ports(
                p.localChanges(),
                p.hubChanges(),
                p.reader(),
                p.target(),
                bases,
                p.quarantine(),
                p.conflictLog(),
                p.device(),
                p.hub(),
                p.scanner(),
                p.clock(),
                p.ticker(),
                p.random(),
                p.fence());
    }

    private static Ports withReader(Ports p, StateReader reader) {
        return new Ports(
                p.localChanges(),
                p.hubChanges(),
                reader,
                p.target(),
                p.bases(),
                p.quarantine(),
                p.conflictLog(),
                p.device(),
                p.hub(),
                p.scanner(),
                p.clock(),
                p.ticker(),
                p.random(),
                p.fence());
    }
}
