package io.tandem.contract.port;

import static io.tandem.contract.port.Samples.document;
import static io.tandem.contract.port.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoNamespace;
import io.tandem.embedded.EmbeddedMongo;
import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.Names;
import io.tandem.engine.model.Side;
import io.tandem.engine.mongo.MongoPorts;
import io.tandem.engine.mongo.Topology;
import io.tandem.engine.time.Ticker;
import io.tandem.engine.watch.ChangeFeed;
import io.tandem.engine.watch.FeedEvent;
import io.tandem.engine.watch.FeedEvent.Kind;
import io.tandem.engine.watch.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens to change streams, and how the ports meet it. */
class MongoFeedsTest {
    private static final String ORDERS = "orders";

    private MongoWorld world;

    @BeforeEach
    void open() {
        world = MongoWorld.create();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static List<FeedEvent> take(ChangeFeed feed, int count) {
        List<FeedEvent> events = new ArrayList<>();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> {
                    events.addAll(feed.poll());
                    return events.size() >= count;
                });
        return events;
    }

    private static void assertFault(ThrowingCallable action, FaultCode code) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void saysThatTheDatabaseWasDroppedAndGoesOnAfterwards() {
        world.put(Side.LOCAL, ORDERS, document(1, "x"));
        Position after;
        try (ChangeFeed feed = world.changes(Side.LOCAL).open(Optional.empty())) {
            world.database(Side.LOCAL).drop();
            List<FeedEvent> events = take(feed, 3);
            assertThat(events)
                    .extracting(FeedEvent::kind)
                    .containsExactly(Kind.DROPPED, Kind.DATABASE_DROPPED, Kind.INVALIDATED);
            assertThat(feed.poll()).isEmpty();
            after = events.get(2).position();
        }
        try (ChangeFeed feed = world.changes(Side.LOCAL).open(Optional.of(after))) {
            world.put(Side.LOCAL, ORDERS, document(2, "y"));
            assertThat(take(feed, 1)).extracting(FeedEvent::id).containsExactly(Optional.of(Samples.id(2)));
        }
    }

    @Test
    void saysWhatACollectionWasRenamedTo() {
        world.put(Side.HUB, ORDERS, document(1, "x"));
        try (ChangeFeed feed = world.changes(Side.HUB).open(Optional.empty())) {
            world.collection(Side.HUB, ORDERS)
                    .renameCollection(new MongoNamespace(world.config().hubDatabase(), "archive"));
            FeedEvent event = take(feed, 1).get(0);
            assertThat(event.kind()).isEqualTo(Kind.RENAMED);
            assertThat(event.collection()).isEqualTo(ORDERS);
            assertThat(event.renamedTo()).contains("archive");
        }
    }

    /** {@code $out} writes elsewhere and renames over its target: no event says what is in there now. */
    @Test
    void noticesThatACollectionWasWrittenAsAWhole() {
        world.put(Side.HUB, "source", document(1, "x"));
        world.put(Side.HUB, ORDERS, document(9, "old"));
        try (ChangeFeed feed = world.changes(Side.HUB).open(Optional.empty())) {
            world.collection(Side.HUB, "source")
                    .aggregate(List.of(new BsonDocument("$out", new BsonString(ORDERS))))
                    .toCollection();
            FeedEvent event = take(feed, 1).get(0);
            assertThat(event.kind()).isEqualTo(Kind.RENAMED);
            assertThat(event.renamedTo()).contains(ORDERS);
        }
    }

    /** Another pipeline makes the server refuse or skip tokens; the feed goes on by time and loses nothing. */
    @Test
    void goesOnUnderAnotherPipeline() {
        Position position;
        try (ChangeFeed feed = world.ports().hubChanges("one").open(Optional.empty())) {
            world.put(Side.HUB, ORDERS, document(1, "x"));
            position = take(feed, 1).get(0).position();
            world.put(Side.HUB, ORDERS, document(2, "x"));
        }
        try (ChangeFeed feed = world.ports().hubChanges("two").open(Optional.of(position))) {
            assertThat(take(feed, 1))
                    .last()
                    .extracting(FeedEvent::id)
                    .isIn(Optional.of(Samples.id(1)), Optional.of(Samples.id(2)));
        }
    }

    /** Or whoever waits until there is nothing more to tell would take it for the end. */
    @Test
    void doesNotAnswerAnEventOfNoConcernWithNothing() {
        EngineConfig oneByOne = EngineConfig.builder()
                .local(Servers.localUri(), world.config().localDatabase())
                .hub(Servers.hubUri(), world.config().hubDatabase())
                .instanceId("one")
                .batchSize(1)
                .build();
        try (MongoPorts ports = MongoPorts.open(oneByOne, Ticker.system())) {
            Position start;
            try (ChangeFeed feed = ports.hubChanges("one").open(Optional.empty())) {
                world.put(Side.HUB, ORDERS, document(0, "x"));
                start = take(feed, 1).get(0).position();
            }
            BsonDocument entryWithoutBeat = document(new BsonString("one"), "x");
            world.put(Side.HUB, new Names("").devices(), entryWithoutBeat);
            world.put(Side.HUB, ORDERS, document(1, "x"));
            try (ChangeFeed feed = ports.hubChanges("one").open(Optional.of(start))) {
                assertThat(feed.poll()).extracting(FeedEvent::id).containsExactly(Optional.of(Samples.id(1)));
            }
        }
    }

    @Test
    void refusesAGarbledToken() {
        Position position;
        try (ChangeFeed feed = world.changes(Side.HUB).open(Optional.empty())) {
            position = feed.position();
        }
        BsonDocument garbled = new BsonDocument();
        garbled.putAll(position.token());
        garbled.put("data", new BsonDocument("_data", new BsonString("nonsense")));
        assertThatThrownBy(() -> {
                    try (ChangeFeed feed = world.changes(Side.HUB).open(Optional.of(new Position(garbled)))) {
                        feed.poll();
                    }
                })
                .isInstanceOfSatisfying(
                        SyncException.class,
                        e -> assertThat(e.code()).isIn(FaultCode.INVALID_POSITION, FaultCode.HISTORY_LOST));
    }

    @Test
    void closingFromAnotherThreadEndsAPollQuietly() throws InterruptedException {
        ChangeFeed feed = world.changes(Side.HUB).open(Optional.empty());
        List<Throwable> failures = new ArrayList<>();
        Thread poller = new Thread(() -> {
            for (int i = 0; i < 100; i++) {
                feed.poll();
            }
        });
        poller.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
        poller.start();
        feed.close();
        poller.join(20_000);
        assertThat(poller.isAlive()).isFalse();
        assertThat(failures).isEmpty();
    }

    @Test
    void tellsHowMuchHistoryIsLeft() {
        try (ChangeFeed feed = world.changes(Side.LOCAL).open(Optional.empty())) {
            assertThat(world.ports().topology(Side.LOCAL)).isEqualTo(Topology.REPLICA_SET);
            assertThat(world.ports().oplogWindowLeft(Side.LOCAL, feed.position()))
                    .isNotEqualTo(Optional.of(Duration.ofSeconds(-1)));
        }
    }

    /** The token stays small and whole, whatever the event was. */
    @Test
    void tokensAreDetachedFromTheirEvents() {
        try (ChangeFeed feed = world.changes(Side.HUB).open(Optional.empty())) {
            world.put(Side.HUB, ORDERS, Samples.large(1, 1_000_000, 'a'));
            FeedEvent event = take(feed, 1).get(0);
            BsonDocument data = event.position().token().getDocument("data");
            // What is decoded holds no buffer at all.
            int held = data instanceof RawBsonDocument raw ? raw.getByteBuffer().array().length : 0;
            assertThat(data).isNotEmpty();
            assertThat(held).isLessThan(1_000);
        }
    }

    @Test
    void saysThatTheHistoryWasLost() {
        try (EmbeddedMongo server = EmbeddedMongo.builder().build().start();
                MongoWorld own = new MongoWorld(server.uri(), server.uri())) {
            Position start;
            try (ChangeFeed feed = own.changes(Side.HUB).open(Optional.empty())) {
                own.put(Side.HUB, ORDERS, document(0, "x"));
                start = take(feed, 1).get(0).position();
            }
            for (int i = 1; i < 50; i++) {
                own.put(Side.HUB, ORDERS, document(i, "x"));
            }
            server.faults().shrinkChangeLog(5);
            assertFault(
                    () -> {
                        try (ChangeFeed feed = own.changes(Side.HUB).open(Optional.of(start))) {
                            feed.poll();
                        }
                    },
                    FaultCode.HISTORY_LOST);
        }
    }

    @Test
    void aStandaloneHasNoFeeds() {
        try (EmbeddedMongo server = EmbeddedMongo.builder().standalone().build().start();
                MongoWorld own = new MongoWorld(server.uri(), Servers.hubUri())) {
            assertThat(own.ports().topology(Side.LOCAL)).isEqualTo(Topology.STANDALONE);
            assertFault(() -> own.changes(Side.LOCAL).open(Optional.empty()), FaultCode.STANDALONE);
            own.put(Side.LOCAL, ORDERS, document(1, "x"));
            assertThat(own.reader().readLocal(List.of(key(ORDERS, 1)))).hasSize(1);
        }
    }
}
