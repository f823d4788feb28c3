package io.tandem.contract.port;

import static io.tandem.contract.port.Samples.document;
import static io.tandem.contract.port.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.Doc;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Version;
import io.tandem.engine.watch.ChangeFeed;
import io.tandem.engine.watch.FeedEvent;
import io.tandem.engine.watch.FeedEvent.Kind;
import io.tandem.engine.watch.Position;
import io.tandem.engine.write.Swap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Change feeds. */
abstract class FeedContract extends PortContract {
    private static final String ORDERS = "orders";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private ChangeFeed open(Side side) {
        return world().changes(side).open(Optional.empty());
    }

    /** Polls until so many events have come. */
    private static List<FeedEvent> take(ChangeFeed feed, int count) {
        List<FeedEvent> events = new ArrayList<>();
        Awaitility.await()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> {
                    events.addAll(feed.poll());
                    return events.size() >= count;
                });
        return events;
    }

    private static List<Optional<BsonValue>> ids(List<FeedEvent> events) {
        return events.stream().map(FeedEvent::id).toList();
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void reportsWritesAndDeletesInOrder(Side side) {
        world().put(side, ORDERS, document(0, "before"));
        try (ChangeFeed feed = open(side)) {
            world().put(side, ORDERS, document(1, "one"));
            world().put(side, "people", document(2, "one"));
            world().put(side, ORDERS, document(1, "two"));
            world().remove(side, key(ORDERS, 1));
            List<FeedEvent> events = take(feed, 4);
            assertThat(events)
                    .extracting(FeedEvent::kind)
                    .containsExactly(Kind.WRITE, Kind.WRITE, Kind.WRITE, Kind.DELETE);
            assertThat(events).extracting(FeedEvent::collection).containsExactly(ORDERS, "people", ORDERS, ORDERS);
            assertThat(ids(events))
                    .containsExactly(
                            Optional.of(Samples.id(1)),
                            Optional.of(Samples.id(2)),
                            Optional.of(Samples.id(1)),
                            Optional.of(Samples.id(1)));
        }
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void reportsEveryTypeOfId(Side side) {
        try (ChangeFeed feed = open(side)) {
            Samples.IDS.forEach(id -> world().put(side, ORDERS, document(id, "x")));
            List<FeedEvent> events = take(feed, Samples.IDS.size());
            assertThat(events.stream()
                            .map(event -> DocKey.of(ORDERS, event.id().orElseThrow()))
                            .toList())
                    .containsExactlyElementsOf(Samples.IDS.stream()
                            .map(id -> DocKey.of(ORDERS, id))
                            .toList());
        }
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void goesOnAfterAnyEvent(Side side) {
        List<FeedEvent> events;
        try (ChangeFeed feed = open(side)) {
            for (int i = 0; i < 5; i++) {
                world().put(side, ORDERS, document(i, "x"));
            }
            events = take(feed, 5);
            assertThat(feed.position()).isNotNull();
        }
        for (int i = 0; i < 4; i++) {
            try (ChangeFeed feed =
                    world().changes(side).open(Optional.of(events.get(i).position()))) {
                assertThat(ids(take(feed, 4 - i))).isEqualTo(ids(events.subList(i + 1, 5)));
            }
        }
    }

    /** The position is known at once and nothing after it is missed, however much later the feed is opened from it. */
    @ParameterizedTest
    @EnumSource(Side.class)
    void thePositionOfAnOpenFeedCoversWhatComesAfter(Side side) {
        Position position;
        try (ChangeFeed feed = open(side)) {
            position = feed.position();
            world().put(side, ORDERS, document(1, "x"));
        }
        try (ChangeFeed feed = world().changes(side).open(Optional.of(position))) {
            assertThat(ids(take(feed, 1))).containsExactly(Optional.of(Samples.id(1)));
        }
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void thePositionMovesOnWhileNothingHappens(Side side) {
        try (ChangeFeed feed = open(side)) {
            Position start = feed.position();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .pollDelay(Duration.ZERO)
                    .until(() -> {
                        // What Tandem writes itself is not reported, but it is history.
                        world().device().saveNote("tick", new BsonDocument());
                        world().hub().prepare(90);
                        world().hub().heartbeat(HubStoreContract.heartbeat("another", "nonce", 1));
                        assertThat(feed.poll()).isEmpty();
                        return !feed.position().equals(start);
                    });
        }
    }

    @Test
    void showsTheVersionThatWasWritten() {
        try (ChangeFeed feed = open(Side.HUB)) {
            Doc plain = Doc.of(document(1, "x"));
            Version version = new Version(123, "other");
            world().put(Side.HUB, ORDERS, Doc.withMeta(plain.content(), new SyncMeta(version, plain.hash())));
            world().put(Side.HUB, ORDERS, document(2, "by hand"));
            List<FeedEvent> events = take(feed, 2);
            assertThat(events.get(0).version()).contains(version);
            assertThat(events.get(1).version()).isEmpty();
        }
    }

    @Test
    void showsTheVersionOfAStamp() {
        Doc plain = Doc.of(document(1, "by hand"));
        Version version = new Version(123, Version.ATLAS);
        world().put(Side.HUB, ORDERS, plain.content());
        try (ChangeFeed feed = open(Side.HUB)) {
            world().target()
                    .swap(Side.HUB, List.of(Swap.stamp(key(ORDERS, 1), plain, new SyncMeta(version, plain.hash()))));
            assertThat(take(feed, 1).get(0).version()).contains(version);
        }
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void datesEventsByTheServersClock(Side side) {
        try (ChangeFeed feed = open(side)) {
            world().put(side, ORDERS, document(1, "x"));
            long at = take(feed, 1).get(0).serverMillis();
            assertThat(world().clock().ask(side).serverMillis() - at).isBetween(-2_000L, 60_000L);
        }
    }

    @Test
    void hearsItsOwnHeartbeatAndNoOther() {
        try (ChangeFeed feed = open(Side.HUB)) {
            world().hub().heartbeat(HubStoreContract.heartbeat("another", "nonce", 1));
            world().hub().heartbeat(HubStoreContract.heartbeat(World.DEVICE, "nonce", 7));
            world().hub().heartbeat(HubStoreContract.heartbeat(World.DEVICE, "nonce", 8));
            List<FeedEvent> events = take(feed, 2);
            assertThat(events).extracting(FeedEvent::kind).containsExactly(Kind.HEARTBEAT, Kind.HEARTBEAT);
            assertThat(ids(events)).containsExactly(Optional.of(new BsonInt64(7)), Optional.of(new BsonInt64(8)));
        }
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void saysNothingOfInternalCollections(Side side) {
        try (ChangeFeed feed = open(side)) {
            world().device().saveNote("clock", new BsonDocument());
            world().hub().heartbeat(HubStoreContract.heartbeat("another", "nonce", 1));
            world().put(side, "_tandem_selftest_x", document(1, "x"));
            world().put(side, ORDERS, document(1, "x"));
            assertThat(take(feed, 1)).extracting(FeedEvent::collection).containsExactly(ORDERS);
        }
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void reportsADroppedCollection(Side side) {
        world().put(side, ORDERS, document(1, "x"));
        try (ChangeFeed feed = open(side)) {
            world().drop(side, ORDERS);
            FeedEvent event = take(feed, 1).get(0);
            assertThat(event.kind()).isEqualTo(Kind.DROPPED);
            assertThat(event.collection()).isEqualTo(ORDERS);
            assertThat(event.id()).isEmpty();
        }
    }

    @Test
    void refusesAPositionThatIsNone() {
        assertThatThrownBy(() -> world().changes(Side.HUB).open(Optional.of(new Position(new BsonDocument()))))
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(FaultCode.INVALID_POSITION));
    }

    /** Hints are small whatever was written. */
    @Test
    void passesLargeDocuments() {
        try (ChangeFeed feed = open(Side.HUB)) {
            world().put(Side.HUB, ORDERS, Samples.large(1, 15_000_000, 'a'));
            world().put(Side.HUB, ORDERS, Samples.large(1, 15_000_001, 'b'));
            assertThat(take(feed, 2)).hasSize(2);
        }
    }
}
