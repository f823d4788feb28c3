package io.tandem.contract.port;

import static io.tandem.contract.port.Samples.doc;
import static io.tandem.contract.port.Samples.document;
import static io.tandem.contract.port.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tandem.embedded.EmbeddedMongo;
import io.tandem.embedded.faults.FailCommand;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.Side;
import io.tandem.engine.mongo.MongoPorts;
import io.tandem.engine.time.Ticker;
import io.tandem.engine.watch.ChangeFeed;
import io.tandem.engine.watch.FeedEvent;
import io.tandem.engine.watch.Position;
import io.tandem.engine.write.Outcome;
import io.tandem.engine.write.Swap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that break, commands that fail, outcomes that nobody knows: on embedded servers, which can be told to. */
class MongoOutagesTest {
    private static final String ORDERS = "orders";

    private EmbeddedMongo local;
    private EmbeddedMongo hub;
    private MongoWorld world;

    @BeforeEach
    void open() {
        local = EmbeddedMongo.builder().build().start();
        hub = EmbeddedMongo.builder().build().start();
        world = new MongoWorld(local.uri(), hub.uri());
    }

    @AfterEach
    void close() {
        local.start();
        hub.start();
        local.faults().reset();
        hub.faults().reset();
        world.close();
        local.close();
        hub.close();
    }

    private Outcome replace(Side side) {
        return world.target()
                .swap(
                        side,
                        List.of(new Swap(
                                key(ORDERS, 1),
                                Optional.of(doc(document(1, "seen"))),
                                Optional.of(Samples.raw(document(1, "next"))))))
                .get(0);
    }

    private static void assertFault(ThrowingCallable action, FaultCode code) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void saysWhichSideIsGoneAndWorksAgainWhenItIsBack() {
        world.put(Side.HUB, ORDERS, document(1, "seen"));
        assertThat(world.reader().readHub(List.of(key(ORDERS, 1)))).hasSize(1);
        hub.stop();
        assertFault(() -> world.reader().readHub(List.of(key(ORDERS, 1))), FaultCode.HUB_UNREACHABLE);
        assertFault(() -> world.ports().ping(Side.HUB), FaultCode.HUB_UNREACHABLE);
        assertFault(() -> world.hub().identity(), FaultCode.HUB_UNREACHABLE);
        assertThat(world.reader().readLocal(List.of(key(ORDERS, 1)))).isEmpty();
        hub.start();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> replace(Side.HUB).equals(Outcome.APPLIED));
    }

    @Test
    void saysThatTheDeviceIsGone() {
        local.stop();
        assertFault(() -> world.bases().countDirty(), FaultCode.LOCAL_UNREACHABLE);
        assertFault(() -> world.device().acquire("a", Duration.ofSeconds(1)), FaultCode.LOCAL_UNREACHABLE);
    }

    /** The write took place, its answer was lost: the driver's retry must not count as a miss nor write twice. */
    @Test
    void aLostAnswerIsAskedForAgain() {
        world.put(Side.HUB, ORDERS, document(1, "seen"));
        world.reader().readHub(List.of(key(ORDERS, 1)));
        hub.faults().failCommand(FailCommand.cutting("update").afterExecuting());
        assertThat(replace(Side.HUB)).isEqualTo(Outcome.APPLIED);
        assertThat(world.stored(Side.HUB, key(ORDERS, 1))).contains(doc(document(1, "next")));
    }

    /** Then nobody knows, and the next look tells. */
    @Test
    void anAnswerLostTwiceIsAnUnknownOutcome() {
        world.put(Side.HUB, ORDERS, document(1, "seen"));
        world.reader().readHub(List.of(key(ORDERS, 1)));
        hub.faults().failCommand(new FailCommand(Set.of("update"), 0, 2, 0, "", List.of(), true, true));
        assertFault(() -> replace(Side.HUB), FaultCode.HUB_UNREACHABLE);
        hub.faults().reset();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> world.reader().readHub(List.of(key(ORDERS, 1))).size() == 1);
        assertThat(world.stored(Side.HUB, key(ORDERS, 1))).contains(doc(document(1, "next")));
        assertThat(replace(Side.HUB)).isEqualTo(Outcome.MISSED);
    }

    @Test
    void aRoleThatMayNotBypassValidatorsGoesWithout() {
        world.put(Side.LOCAL, ORDERS, document(1, "seen"));
        local.faults().failCommand(FailCommand.withCode("update", 13));
        assertThat(replace(Side.LOCAL)).isEqualTo(Outcome.APPLIED);
    }

    @Test
    void saysThatAPrivilegeIsMissing() {
        world.put(Side.HUB, ORDERS, document(1, "seen"));
        hub.faults().failCommand(FailCommand.withCode("update", 13));
        assertFault(() -> replace(Side.HUB), FaultCode.NOT_AUTHORIZED);
        hub.faults().reset();
        hub.faults().failCommand(FailCommand.withCode("find", 13));
        assertFault(() -> world.hub().identity(), FaultCode.NOT_AUTHORIZED);
    }

    @Test
    void aServerThatStepsDownIsOnlyGoneForAMoment() {
        world.put(Side.HUB, ORDERS, document(1, "seen"));
        hub.faults().failCommand(FailCommand.withCode("update", 10107).labelled("RetryableWriteError"));
        assertThat(replace(Side.HUB)).isEqualTo(Outcome.APPLIED);
    }

    @Test
    void aFeedOutlivesAShortOutage() {
        try (ChangeFeed feed = world.changes(Side.HUB).open(Optional.empty())) {
            world.put(Side.HUB, ORDERS, document(1, "x"));
            hub.faults().dropConnections();
            List<FeedEvent> events = new ArrayList<>();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .pollDelay(Duration.ZERO)
                    .until(() -> {
                        events.addAll(feed.poll());
                        return events.size() == 1;
                    });
        }
    }

    /** The same event would end the stream again and again: whoever follows it has to begin anew behind it. */
    @ParameterizedTest
    @ValueSource(strings = {"aggregate", "getMore"})
    void anEventThatIsTooLargeIsNoDocumentThatIsTooLarge(String command) {
        Position position;
        try (ChangeFeed feed = world.changes(Side.HUB).open(Optional.empty())) {
            position = feed.position();
        }
        hub.faults().failCommand(FailCommand.withCode(command, 10334));
        assertFault(
                () -> {
                    try (ChangeFeed feed = world.changes(Side.HUB).open(Optional.of(position))) {
                        feed.poll();
                        feed.poll();
                    }
                },
                FaultCode.EVENT_TOO_LARGE);
    }

    /** Tokens of a newer release mean nothing to an older one; their time does. */
    @ParameterizedTest
    @ValueSource(ints = {260, 280, 50795})
    void aTokenThatTheServerCannotReadIsReplacedByItsTime(int code) {
        Position position;
        try (ChangeFeed feed = world.changes(Side.HUB).open(Optional.empty())) {
            world.put(Side.HUB, ORDERS, document(1, "x"));
            position = take(feed, 1).get(0).position();
            world.put(Side.HUB, ORDERS, document(2, "x"));
        }
        hub.faults().failCommand(FailCommand.withCode("aggregate", code));
        try (ChangeFeed feed = world.changes(Side.HUB).open(Optional.of(position))) {
            // By time the first one comes once more, which does no harm.
            assertThat(take(feed, 2))
                    .extracting(FeedEvent::id)
                    .containsExactly(Optional.of(Samples.id(1)), Optional.of(Samples.id(2)));
        }
    }

    /** A server takes away cursors that nobody asked for a long time. */
    @Test
    void aFeedOutlivesItsCursor() {
        try (ChangeFeed feed = world.changes(Side.HUB).open(Optional.empty())) {
            feed.poll();
            world.put(Side.HUB, ORDERS, document(1, "x"));
            hub.faults().failCommand(FailCommand.withCode("getMore", 43));
            assertThat(take(feed, 1)).extracting(FeedEvent::id).containsExactly(Optional.of(Samples.id(1)));
        }
    }

    private static List<FeedEvent> take(ChangeFeed feed, int count) {
        List<FeedEvent> events = new ArrayList<>();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> {
                    events.addAll(feed.poll());
                    return events.size() >= count;
                });
        return events;
    }

    @Test
    void refusedCredentialsAreNotAnOutage() {
        try (EmbeddedMongo guarded = EmbeddedMongo.builder()
                        .user("tandem", "right".toCharArray())
                        .build()
                        .start();
                MongoPorts stranger = MongoPorts.open(
                        world.config().toBuilder()
                                .hub(guarded.uri().replace(":right@", ":wrong@"), "hub")
                                .build(),
                        Ticker.system())) {
            assertThatThrownBy(() -> stranger.hub().identity())
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(FaultCode.AUTHENTICATION_FAILED))
                    .hasMessageNotContaining("wrong");
        }
    }
}
