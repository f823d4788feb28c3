package io.tandem.contract.port;

import static io.tandem.contract.port.Samples.doc;
import static io.tandem.contract.port.Samples.document;
import static io.tandem.contract.port.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoClientSettings;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import io.tandem.engine.model.ContentHash;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.model.Version;
import io.tandem.engine.mongo.MongoPorts;
import io.tandem.engine.time.Ticker;
import io.tandem.engine.watch.ChangeFeed;
import io.tandem.engine.watch.Position;
import io.tandem.engine.write.Swap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How the ports put their questions and their writes to the servers. */
class MongoStatementsTest {
    private static final String ORDERS = "orders";

    private final List<BsonDocument> commands = new CopyOnWriteArrayList<>();
    private final Map<Side, MongoClientSettings> settings = new ConcurrentHashMap<>();
    private MongoWorld world;
    private MongoPorts ports;

    @BeforeEach
    void open() {
        world = MongoWorld.create();
        ports = MongoPorts.open(world.config(), Ticker.system(), this::listen);
    }

    private void listen(Side side, MongoClientSettings.Builder builder) {
        settings.put(side, builder.build());
        builder.addCommandListener(new CommandListener() {
            @Override
            public void commandStarted(CommandStartedEvent event) {
                commands.add(event.getCommand().clone());
            }
        });
    }

    @AfterEach
    void close() {
        ports.close();
        world.close();
    }

    private List<BsonDocument> sent(String command) {
        return commands.stream().filter(sent -> sent.containsKey(command)).toList();
    }

    private ChangeFeed feed(Side side, Optional<Position> after) {
        return (side == Side.LOCAL ? ports.localChanges() : ports.hubChanges(World.DEVICE)).open(after);
    }

    private static BsonDocument stage(BsonDocument aggregate, String name) {
        return aggregate.getArray("pipeline").stream()
                .map(BsonValue::asDocument)
                .filter(stage -> stage.containsKey(name))
                .findFirst()
                .map(stage -> stage.getDocument(name))
                .orElseThrow();
    }

    /** One stream over the database, without lookups, without options of newer servers, without the documents themselves. */
    @ParameterizedTest
    @EnumSource(Side.class)
    void followsTheWholeDatabaseByOneSlimStream(Side side) {
        world.put(side, ORDERS, document(1, "x"));
        world.put(side, "people", document(1, "x"));
        try (ChangeFeed feed = feed(side, Optional.empty())) {
            commands.clear(); // the look at where the stream has to begin
            feed.poll();
            feed.poll();
        }
        assertThat(sent("aggregate")).as("while it is followed").isEmpty();

        Position position = here(side);
        try (ChangeFeed feed = feed(side, Optional.of(position))) {
            feed.poll();
        }
        assertThat(sent("aggregate")).hasSize(1);
        BsonDocument aggregate = sent("aggregate").get(0);
        assertThat(aggregate.isNumber("aggregate")).as("of the database").isTrue();
        assertThat(aggregate.containsKey("apiVersion")).isFalse();
        BsonDocument stream = stage(aggregate, "$changeStream");
        assertThat(stream.keySet()).isSubsetOf("startAfter", "fullDocument");
        assertThat(stream.get("fullDocument", new BsonString("default"))).isEqualTo(new BsonString("default"));
        assertThat(stage(aggregate, "$project").keySet())
                .contains("_id", "documentKey")
                .doesNotContain("fullDocument", "updateDescription", "fullDocumentBeforeChange");
    }

    /** The position of a stream that begins now; what was sent for it is forgotten. */
    private Position here(Side side) {
        try (ChangeFeed feed = feed(side, Optional.empty())) {
            return feed.position();
        } finally {
            commands.clear();
        }
    }

    /** A token of an invalidation is only good for {@code startAfter}; nobody needs to know which token it is. */
    @ParameterizedTest
    @EnumSource(Side.class)
    void goesOnByStartAfterOnly(Side side) {
        Position position = here(side);
        try (ChangeFeed feed = feed(side, Optional.of(position))) {
            feed.poll();
        }
        assertThat(sent("aggregate"))
                .singleElement()
                .extracting(aggregate -> stage(aggregate, "$changeStream").keySet())
                .asInstanceOf(InstanceOfAssertFactories.collection(String.class))
                .contains("startAfter")
                .doesNotContain("resumeAfter");
    }

    /** The server waits a moment, never without end, and a dead one is noticed well after that. */
    @ParameterizedTest
    @EnumSource(Side.class)
    void asksForTheNextChangeWithALimitedWait(Side side) {
        try (ChangeFeed feed = feed(side, Optional.of(here(side)))) {
            feed.poll();
            feed.poll();
        }
        assertThat(sent("getMore")).isNotEmpty();
        for (BsonDocument more : sent("getMore")) {
            long wait = more.getNumber("maxTimeMS").longValue();
            assertThat(wait).isBetween(100L, 5_000L);
            int silence = settings.get(side).getSocketSettings().getReadTimeout(TimeUnit.MILLISECONDS);
            assertThat((long) silence).isBetween(wait + 10_000, 60_000L);
        }
    }

    @Test
    void readsWhatAMajorityHasFromThePrimary() {
        ports.reader().readLocal(List.of(key(ORDERS, 1)));
        ports.reader().readHub(List.of(key(ORDERS, 1)));
        assertThat(sent("find")).isNotEmpty().allSatisfy(find -> {
            assertThat(find.getDocument("readConcern").getString("level").getValue())
                    .isEqualTo("majority");
            assertThat(find.getDocument("$readPreference", new BsonDocument("mode", new BsonString("primary")))
                            .getString("mode")
                            .getValue())
                    .startsWith("primary");
        });
        assertThat(settings.values())
                .allSatisfy(of -> assertThat(of.getReadPreference().getName()).isEqualTo("primary"));
    }

    /** A write that a majority has not got may be taken back; and nothing that is gone is ever brought back by an upsert. */
    @ParameterizedTest
    @EnumSource(Side.class)
    void writesForAMajorityAndNeverUpsertsUnderAGuard(Side side) {
        world.put(side, ORDERS, document(1, "seen"));
        world.put(side, ORDERS, document(3, "seen"));
        ports.target()
                .swap(
                        side,
                        List.of(
                                new Swap(
                                        key(ORDERS, 1),
                                        Optional.of(doc(document(1, "seen"))),
                                        Optional.of(Samples.raw(document(1, "next")))),
                                new Swap(
                                        key(ORDERS, 2), Optional.empty(), Optional.of(Samples.raw(document(2, "new")))),
                                new Swap(key(ORDERS, 3), Optional.of(doc(document(3, "seen"))), Optional.empty())));
        for (String command : List.of("insert", "update", "delete")) {
            assertThat(sent(command))
                    .isNotEmpty()
                    .allSatisfy(write -> assertThat(
                                    write.getDocument("writeConcern").get("w"))
                            .isEqualTo(new BsonString("majority")));
        }
        assertThat(sent("update"))
                .allSatisfy(update -> update.getArray("updates")
                        .forEach(statement -> assertThat(statement.asDocument().containsKey("upsert"))
                                .isFalse()));
    }

    @Test
    void sendsNothingButTheMetadataForAStamp() {
        String text = "x".repeat(100_000);
        world.put(Side.HUB, ORDERS, document(1, text));
        SyncMeta meta = new SyncMeta(new Version(7, Version.ATLAS), new ContentHash(1, 2));

        ports.target().swap(Side.HUB, List.of(Swap.stamp(key(ORDERS, 1), doc(document(1, text)), meta)));

        BsonDocument statement =
                sent("update").get(0).getArray("updates").get(0).asDocument();
        assertThat(statement.getDocument("u"))
                .isEqualTo(new BsonDocument("$set", new BsonDocument("_sync", meta.toBson())));
        assertThat(statement.getDocument("q").toString()).as("the guard").contains(text);
    }
}
