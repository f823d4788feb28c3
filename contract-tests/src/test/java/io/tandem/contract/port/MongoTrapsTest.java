package io.tandem.contract.port;

import static io.tandem.contract.port.Samples.document;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Collation;
import com.mongodb.client.model.CollationStrength;
import com.mongodb.client.model.CreateCollectionOptions;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.watch.ChangeFeed;
import io.tandem.engine.watch.FeedEvent;
import io.tandem.engine.write.Outcome;
import io.tandem.engine.write.Swap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Places where servers do other things than one would think; docs/traps.md lists them all. */
class MongoTrapsTest {
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
                .atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> {
                    events.addAll(feed.poll());
                    return events.size() >= count;
                });
        return events;
    }

    /** All writes of a transaction have one cluster time; the position after the first must not pass the others. */
    @Test
    void goesOnWithinATransaction() {
        world.put(Side.HUB, ORDERS, document(0, "so that it exists"));
        List<FeedEvent> events;
        try (ChangeFeed feed = world.changes(Side.HUB).open(Optional.empty())) {
            insertTogether(3);
            events = take(feed, 3);
        }
        for (int i = 0; i < 2; i++) {
            try (ChangeFeed feed =
                    world.changes(Side.HUB).open(Optional.of(events.get(i).position()))) {
                assertThat(take(feed, 2 - i))
                        .extracting(FeedEvent::id)
                        .isEqualTo(events.subList(i + 1, 3).stream()
                                .map(FeedEvent::id)
                                .toList());
            }
        }
    }

    private void insertTogether(int count) {
        try (MongoClient client = MongoClients.create(Servers.hubUri());
                ClientSession session = client.startSession()) {
            MongoCollection<RawBsonDocument> orders =
                    client.getDatabase(world.config().hubDatabase()).getCollection(ORDERS, RawBsonDocument.class);
            session.withTransaction(() -> {
                for (int i = 1; i <= count; i++) {
                    orders.insertOne(session, Samples.raw(document(i, "x")));
                }
                return count;
            });
        }
    }

    /** To the collection "TEA" is taken by "tea"; taken for "there already" the document would be missing without a word. */
    @Test
    void anIdThatOnlyACollationCallsTakenIsRefused() {
        Collation collation = Collation.builder()
                .locale("en")
                .collationStrength(CollationStrength.SECONDARY)
                .build();
        world.database(Side.HUB).createCollection(ORDERS, new CreateCollectionOptions().collation(collation));
        world.put(Side.HUB, ORDERS, document(new BsonString("tea"), "x"));
        BsonString other = new BsonString("TEA");
        Outcome outcome = world.target()
                .swap(
                        Side.HUB,
                        List.of(new Swap(
                                DocKey.of(ORDERS, other),
                                Optional.empty(),
                                Optional.of(Samples.raw(document(other, "y"))))))
                .get(0);
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(FaultCode.UNIQUE_INDEX));
    }
}
