package io.tandem.contract.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.UpdateOptions;
import io.tandem.contract.port.Servers;
import java.util.List;
import java.util.stream.IntStream;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a careless engine would get wrong, done by applications between two servers; docs/traps.md lists it all. */
class TrapsTest {
    private static final String MENU = "menu";

    private final Pair pair = new Pair(Servers.localUri(), Servers.hubUri());
    private final MongoCollection<Document> onDevice = pair.device().getCollection(MENU);
    private final MongoCollection<Document> onHub = pair.hub().getCollection(MENU);

    @AfterEach
    void close() {
        pair.close();
    }

    private static Document id(Object id) {
        return new Document("_id", id);
    }

    /** Deltas are ambiguous, truncate arrays and know no order of fields; whole documents are none of that. */
    @Test
    void everyKindOfUpdateArrivesAsItIs() {
        onDevice.insertMany(List.of(
                id(1).append("list", List.of(1, 2, 3, 4)).append("a", new Document("b", 1).append("0", "x")),
                id(2).append("z", 1).append("a", 2),
                id(3).append("rows", List.of(new Document("n", 1), new Document("n", 2)))));
        pair.engine().start();
        pair.untilEqual(MENU, 3);

        update(onDevice, 1, new Document("$push", each("list", List.of(9), -2)));
        update(onDevice, 1, new Document("$set", new Document("a.0", "y")));
        update(onHub, 2, new Document("$rename", new Document("z", "zz")));
        update(onHub, 2, new Document("$unset", new Document("a", "")));
        update(onDevice, 3, new Document("$pull", new Document("rows", new Document("n", 1))));
        onDevice.updateOne(id(4), new Document("$setOnInsert", new Document("new", true)), upsert());
        pair.untilEqual(MENU, 4);
        Pair.until(() -> {
            assertThat(onHub.find(id(1)).first()).containsEntry("list", List.of(4, 9));
            assertThat(onDevice.find(id(2)).first()).containsKey("zz").doesNotContainKeys("z", "a");
            assertThat(onHub.find(id(3)).first()).containsEntry("rows", List.of(new Document("n", 2)));
        });
        pair.untilEqual(MENU, 4);
    }

    private static Document each(String array, List<?> values, int slice) {
        return new Document(array, new Document("$each", values).append("$slice", slice));
    }

    private static UpdateOptions upsert() {
        return new UpdateOptions().upsert(true);
    }

    private static void update(MongoCollection<Document> collection, Object id, Bson change) {
        assertThat(collection.updateOne(id(id), change).getMatchedCount()).isEqualTo(1);
    }

    /** A write that changes nothing makes no event; whoever waits for it waits for ever. */
    @Test
    void aWriteThatChangesNothingHoldsNothingUp() {
        onDevice.insertOne(id(1).append("n", 1));
        pair.engine().start();
        pair.untilEqual(MENU, 1);
        for (int i = 0; i < 5; i++) {
            update(onDevice, 1, new Document("$set", new Document("n", 1)));
            update(onHub, 1, new Document("$set", new Document("n", 1)));
        }
        update(onDevice, 1, new Document("$set", new Document("n", 2)));
        Pair.until(() -> assertThat(onHub.find(id(1)).first()).containsEntry("n", 2));
        update(onHub, 1, new Document("$set", new Document("n", 3)));
        Pair.until(() -> assertThat(onDevice.find(id(1)).first()).containsEntry("n", 3));
    }

    /** A document that moves between shards, or is saved anew, shows as a delete beside an insert of the same id. */
    @Test
    void aDeleteBesideAnInsertOfTheSameIdDeletesNothing() {
        onDevice.insertMany(
                IntStream.range(0, 50).mapToObj(i -> id(i).append("n", 0)).toList());
        pair.engine().start();
        pair.untilEqual(MENU, 50);
        for (int i = 0; i < 50; i++) {
            MongoCollection<Document> side = i % 2 == 0 ? onDevice : onHub;
            side.deleteOne(id(i));
            side.insertOne(id(i).append("n", 1));
        }
        Pair.until(() -> {
            assertThat(onDevice.countDocuments(new Document("n", 1))).isEqualTo(50);
            assertThat(onHub.countDocuments(new Document("n", 1))).isEqualTo(50);
        });
        pair.untilEqual(MENU, 50);
    }

    /** {@code $out} and a rename over a collection tell nothing of the documents that are in it now. */
    @Test
    void aCollectionThatIsWrittenAsAWholeArrives() {
        pair.device()
                .getCollection("source")
                .insertMany(IntStream.range(0, 30)
                        .mapToObj(i -> id(i).append("n", i))
                        .toList());
        onDevice.insertMany(
                IntStream.range(20, 40).mapToObj(i -> id(i).append("old", i)).toList());
        pair.engine().start();
        pair.untilEqual("source", 30);
        pair.untilEqual(MENU, 20);
        pair.device()
                .getCollection("source")
                .aggregate(List.of(new Document("$out", MENU)))
                .toCollection();
        Pair.until(() -> {
            assertThat(onHub.countDocuments(new Document("n", new Document("$exists", true))))
                    .isEqualTo(30);
            assertThat(onHub.countDocuments(new Document("old", new Document("$exists", true))))
                    .isLessThanOrEqualTo(10);
        });
    }

    /** A dropped collection may be a mistake, or half of a restore. */
    @Test
    void aDroppedCollectionEmptiesTheOtherSideOnlyWhenAPersonSaysSo() {
        onDevice.insertMany(
                IntStream.range(0, 40).mapToObj(i -> id(i).append("n", i)).toList());
        pair.engine().start();
        pair.untilEqual(MENU, 40);
        onHub.drop();
        Pair.until(() -> assertThat(pair.engine().status().collections())
                .anySatisfy(collection -> assertThat(collection.heldDeletes()).isPresent()));
        assertThat(onDevice.countDocuments()).isEqualTo(40);
        pair.engine().rejectDeletes(MENU);
        pair.untilEqual(MENU, 40);
    }

    /** The unique value is free on the other side only after the document that had it was written. */
    @Test
    void aUniqueValueThatMovesToAnotherDocumentArrives() {
        for (MongoDatabase side : List.of(pair.device(), pair.hub())) {
            side.getCollection(MENU).createIndex(new Document("table", 1), new IndexOptions().unique(true));
        }
        onDevice.insertMany(
                IntStream.range(0, 3).mapToObj(i -> id(i).append("table", i)).toList());
        pair.engine().start();
        pair.untilEqual(MENU, 3);
        for (int i = 2; i >= 0; i--) { // each takes the place that the one before has left
            update(onDevice, i, new Document("$set", new Document("table", i + 1)));
        }
        Pair.until(() -> assertThat(onHub.find(id(0)).first()).containsEntry("table", 1));
        pair.untilEqual(MENU, 3);
        Pair.until(() -> assertThat(pair.engine().status().quarantined()).isZero());
    }

    /** Looked at in the wrong order, each document gets its value only after the next one has given it up. */
    @Test
    void aUniqueValueThatMovesAlongAChainArrivesWithoutAPauseForEachLink() {
        for (MongoDatabase side : List.of(pair.device(), pair.hub())) {
            side.getCollection(MENU).createIndex(new Document("table", 1), new IndexOptions().unique(true));
        }
        onDevice.insertMany(
                IntStream.range(0, 6).mapToObj(i -> id(i).append("table", i)).toList());
        pair.engine().start();
        pair.untilEqual(MENU, 6);
        pair.stopEngine();
        for (int i = 0; i < 6; i++) {
            update(onDevice, i, new Document("$set", new Document("touched", true)));
        }
        for (int i = 5; i >= 0; i--) {
            update(onDevice, i, new Document("$set", new Document("table", i + 1)));
        }
        pair.engine().start();
        Pair.until(() -> assertThat(onHub.find(id(0)).first()).containsEntry("table", 1)); // pauses alone take 450 s
        pair.untilEqual(MENU, 6);
        Pair.until(() -> assertThat(pair.engine().status().quarantined()).isZero());
    }

    /** Whether ids, names and values are what servers like to touch up or to refuse. */
    @Test
    void documentsThatServersEditComeToRest() {
        onDevice.insertMany(List.of(
                new Document("last", 1).append("_id", 1),
                id(2).append("at", new BsonTimestamp(0)).append("zero", -0.0),
                id(3).append("nested", new Document("$price", 1).append("a.b", 2))));
        pair.engine().start();
        pair.untilEqual(MENU, 3);
        update(onDevice, 2, new Document("$set", new Document("more", 1)));
        Pair.until(() -> assertThat(onHub.find(id(2)).first()).containsEntry("more", 1));
        pair.untilEqual(MENU, 3);
        assertThat(pair.engine().status().loopsDetected()).isZero();
    }
}
