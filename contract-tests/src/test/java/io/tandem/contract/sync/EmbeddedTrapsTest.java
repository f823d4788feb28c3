package io.tandem.contract.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import io.tandem.embedded.EmbeddedMongo;
import io.tandem.embedded.faults.FailCommand;
import io.tandem.engine.status.FeedStatus;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** The same, where a server has to be made to misbehave or to be of another kind: on embedded ones only. */
class EmbeddedTrapsTest {
    private static final String MENU = "menu";

    private static Document document(int id, int n) {
        return new Document("_id", id).append("n", n);
    }

    /** Servers forget old changes, at once when a shard is removed: then both sides are compared, not started from now. */
    @Test
    void changesThatTheServerForgotArriveAllTheSame() {
        try (EmbeddedMongo local = EmbeddedMongo.builder().build().start();
                EmbeddedMongo hub = EmbeddedMongo.builder().build().start();
                Pair pair = new Pair(local.uri(), hub.uri())) {
            pair.engine().start();
            pair.device().getCollection(MENU).insertOne(document(-1, 0));
            pair.untilEqual(MENU, 1);
            pair.stopEngine();

            pair.hub()
                    .getCollection(MENU)
                    .insertMany(
                            IntStream.range(0, 50).mapToObj(i -> document(i, i)).toList());
            pair.device()
                    .getCollection(MENU)
                    .insertMany(IntStream.range(100, 150)
                            .mapToObj(i -> document(i, i))
                            .toList());
            pair.hub().getCollection(MENU).deleteOne(new Document("_id", -1));
            hub.faults().shrinkChangeLog(1);
            local.faults().shrinkChangeLog(1);
            pair.engine().start();
            pair.untilEqual(MENU, 100);
        }
    }

    /** The stream would end at the same event again and again; what it cannot tell is found by comparing. */
    @Test
    void anEventThatTheServerCannotSendEndsNothing() {
        try (EmbeddedMongo local = EmbeddedMongo.builder().build().start();
                EmbeddedMongo hub = EmbeddedMongo.builder().build().start();
                Pair pair = new Pair(local.uri(), hub.uri())) {
            pair.engine().start();
            pair.device().getCollection(MENU).insertOne(document(1, 0));
            pair.untilEqual(MENU, 1);
            hub.faults().failCommand(FailCommand.withCode("getMore", 10334));
            local.faults().failCommand(FailCommand.withCode("getMore", 10334));
            pair.hub().getCollection(MENU).insertOne(document(2, 0));
            pair.device().getCollection(MENU).insertOne(document(3, 0));
            pair.untilEqual(MENU, 3);
            pair.hub().getCollection(MENU).insertOne(document(4, 0));
            pair.device().getCollection(MENU).insertOne(document(5, 0));
            pair.untilEqual(MENU, 5);
        }
    }

    @Test
    void aStandaloneIsComparedAgainAndAgain() {
        try (EmbeddedMongo local = EmbeddedMongo.builder().standalone().build().start();
                EmbeddedMongo hub = EmbeddedMongo.builder().build().start();
                Pair pair = new Pair(local.uri(), hub.uri())) {
            pair.device().getCollection(MENU).insertOne(document(1, 0));
            pair.engine().start();
            pair.untilEqual(MENU, 1);
            assertThat(pair.engine().status().localFeed().kind()).isEqualTo(FeedStatus.Kind.POLLING);
            pair.device().getCollection(MENU).insertOne(document(2, 0));
            pair.hub().getCollection(MENU).insertOne(document(3, 0));
            pair.untilEqual(MENU, 3);
            pair.device().getCollection(MENU).deleteOne(new Document("_id", 2));
            set(pair.hub(), 1, 9);
            pair.untilEqual(MENU, 2);
            Pair.until(() -> assertThat(pair.device()
                            .getCollection(MENU)
                            .find(new Document("_id", 1))
                            .first())
                    .containsEntry("n", 9));
        }
    }

    /** Both were changed while nobody looked; the later write wins although the device's clock calls it the earlier by two hours. */
    @Test
    void aClockThatIsWrongDecidesNothing() {
        try (EmbeddedMongo local = EmbeddedMongo.builder().build().start();
                EmbeddedMongo hub = EmbeddedMongo.builder().build().start();
                Pair pair = new Pair(local.uri(), hub.uri())) {
            local.faults().clockOffset(Duration.ofHours(-2));
            pair.engine().start();
            pair.device().getCollection(MENU).insertMany(List.of(document(1, 0), document(2, 0)));
            pair.untilEqual(MENU, 2);
            pair.stopEngine();

            set(pair.hub(), 1, 1);
            set(pair.device(), 2, 1);
            letTimePass();
            set(pair.device(), 1, 2);
            set(pair.hub(), 2, 2);
            pair.engine().start();
            Pair.until(() -> assertThat(pair.hub().getCollection(MENU).countDocuments(new Document("n", 2)))
                    .isEqualTo(2));
            pair.untilEqual(MENU, 2);
            Pair.until(() -> assertThat(pair.engine().status().conflicts()).isEqualTo(2));
        }
    }

    private static void set(MongoDatabase database, int id, int n) {
        database.getCollection(MENU).updateOne(new Document("_id", id), new Document("$set", new Document("n", n)));
    }

    /** More than the two clocks can be measured to differ by. */
    private static void letTimePass() {
        long from = System.nanoTime();
        Awaitility.await()
                .until(() -> System.nanoTime() - from > Duration.ofSeconds(3).toNanos());
    }
}
