package io.tandem.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.FindOneAndReplaceOptions;
import com.mongodb.client.model.InsertManyOptions;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.ValidationOptions;
import com.mongodb.client.model.WriteModel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches of many statements, and documents that are stored with the bytes they came with. */
class BulkTest {
    private static final int MANY = 250;

    private static EmbeddedMongo server;
    private static MongoClient client;
    private MongoCollection<Document> collection;

    @BeforeAll
    static void start() {
        server = EmbeddedMongo.builder().build().start();
        client = MongoClients.create(server.uri());
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @BeforeEach
    void empty() {
        client.getDatabase("test").drop();
        collection = client.getDatabase("test").getCollection("c");
    }

    private static List<Document> documents(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Document("_id", i).append("n", 0))
                .toList();
    }

    private List<Object> ids() {
        return collection.find().map(each -> each.get("_id")).into(new ArrayList<>());
    }

    @Test
    void anOrderedBatchStopsAtItsFirstErrorHoweverLateItIs() {
        List<Document> batch = new ArrayList<>(documents(MANY));
        batch.set(170, new Document("_id", 3));

        assertThatThrownBy(() -> collection.insertMany(batch))
                .isInstanceOfSatisfying(MongoBulkWriteException.class, e -> {
                    assertThat(e.getWriteResult().getInsertedCount()).isEqualTo(170);
                    assertThat(e.getWriteErrors())
                            .singleElement()
                            .satisfies(error -> assertThat(error.getIndex()).isEqualTo(170));
                });
        assertThat(collection.countDocuments()).isEqualTo(170);
    }

    @Test
    void anUnorderedBatchGoesOnAndNamesEachError() {
        List<Document> batch = new ArrayList<>(documents(MANY));
        batch.set(5, new Document("_id", 0));
        batch.set(170, new Document("_id", List.of(1)));

        assertThatThrownBy(() -> collection.insertMany(batch, new InsertManyOptions().ordered(false)))
                .isInstanceOfSatisfying(MongoBulkWriteException.class, e -> {
                    assertThat(e.getWriteResult().getInsertedCount()).isEqualTo(MANY - 2);
                    assertThat(e.getWriteErrors())
                            .extracting(error -> error.getIndex() + ": " + error.getCode())
                            .containsExactly("5: 11000", "170: 53");
                });
    }

    @Test
    void statementsSeeWhatTheOnesBeforeThemDid() {
        List<WriteModel<Document>> statements = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            Document key = new Document("_id", i);
            statements.add(new ReplaceOneModel<>(
                    key, new Document("_id", i).append("v", 1), new ReplaceOptions().upsert(true)));
            statements.add(new UpdateOneModel<>(Filters.and(key, Filters.eq("v", 1)), Updates.inc("v", 1)));
            statements.add(
                    new ReplaceOneModel<>(Filters.and(key, Filters.eq("v", 2)), new Document("_id", i).append("v", i)));
            if (i % 2 == 1) {
                statements.add(new DeleteOneModel<>(Filters.and(key, Filters.eq("v", i))));
            }
        }
        collection.bulkWrite(statements);

        assertThat(collection.find().into(new ArrayList<>()))
                .isEqualTo(IntStream.range(0, MANY / 2)
                        .mapToObj(i -> new Document("_id", 2 * i).append("v", 2 * i))
                        .toList());
    }

    @Test
    void aReplacementKeepsItsBytesAndItsPlaceInTheOrderOfFields() {
        collection.insertOne(new Document("_id", 1).append("a", 1).append("b", 2));
        Document reversed = new Document("_id", 1).append("b", 2).append("a", 1);

        assertThat(collection.replaceOne(Filters.eq("_id", 1), reversed).getModifiedCount())
                .isEqualTo(1);
        assertThat(collection.find().first().keySet()).containsExactly("_id", "b", "a");
        assertThat(collection.replaceOne(Filters.eq("_id", 1), reversed).getModifiedCount())
                .isZero();
        assertThat(collection
                        .replaceOne(Filters.eq("_id", 1), new Document("x", 1).append("_id", 1))
                        .getModifiedCount())
                .isEqualTo(1);
        assertThat(collection.find().first().keySet()).containsExactly("_id", "x");
    }

    @Test
    void aReplacementCannotChangeTheIdNorNameOperators() {
        collection.insertOne(new Document("_id", 1));
        Document other = new Document("_id", 2).append("a", 1);
        assertThatThrownBy(() -> collection.replaceOne(Filters.eq("_id", 1), other))
                .isInstanceOfSatisfying(
                        MongoWriteException.class, e -> assertThat(e.getCode()).isEqualTo(66));
        assertThatThrownBy(() -> collection.replaceOne(Filters.eq("_id", 1), other, new ReplaceOptions().upsert(true)))
                .isInstanceOfSatisfying(
                        MongoWriteException.class, e -> assertThat(e.getCode()).isEqualTo(66));
        // a driver would refuse to send this one
        Document statement =
                new Document("q", new Document("_id", 1)).append("u", new Document("_id", 1).append("$a", 1));
        Document reply = client.getDatabase("test")
                .runCommand(new Document("update", "c").append("updates", List.of(statement)));
        assertThat(reply.getList("writeErrors", Document.class))
                .singleElement()
                .satisfies(error -> assertThat(error.getInteger("code")).isEqualTo(52));
    }

    @Test
    void aReplacementIsValidatedAndItsEmptyTimestampsAreFilled() {
        client.getDatabase("test")
                .createCollection(
                        "c",
                        new CreateCollectionOptions()
                                .validationOptions(new ValidationOptions().validator(Filters.exists("a"))));
        collection.insertOne(new Document("_id", 1).append("a", 1));

        assertThatThrownBy(() -> collection.replaceOne(Filters.eq("_id", 1), new Document("_id", 1).append("b", 1)))
                .isInstanceOfSatisfying(
                        MongoWriteException.class, e -> assertThat(e.getCode()).isEqualTo(121));
        collection.replaceOne(
                Filters.eq("_id", 1),
                new Document("_id", 1).append("a", new BsonTimestamp()).append("b", 1));
        assertThat(collection.find().first().get("a", BsonTimestamp.class).getValue())
                .isNotZero();
    }

    @Test
    void exchangesHandOutWhatWasThereAndWhatIsThere() {
        collection.insertOne(new Document("_id", 1).append("a", 1));
        Document next = new Document("_id", 1).append("a", 2);

        assertThat(collection.findOneAndReplace(Filters.eq("a", 1), next))
                .isEqualTo(new Document("_id", 1).append("a", 1));
        assertThat(collection.findOneAndReplace(
                        Filters.eq("a", 2),
                        new Document("_id", 1).append("a", 3),
                        new FindOneAndReplaceOptions().returnDocument(ReturnDocument.AFTER)))
                .isEqualTo(new Document("_id", 1).append("a", 3));
        assertThat(collection.findOneAndUpdate(Filters.eq("a", 3), Updates.inc("a", 1)))
                .isEqualTo(new Document("_id", 1).append("a", 3));
    }

    @Test
    void aBatchDeletesByPointsAndByRanges() {
        collection.insertMany(documents(10));
        collection.bulkWrite(
                List.of(
                        new DeleteOneModel<>(Filters.in("_id", 1, 2)),
                        new DeleteOneModel<>(Filters.in("_id", 1, 2)),
                        new DeleteOneModel<>(Filters.gt("_id", 8)),
                        new DeleteOneModel<>(Filters.eq("_id", 77))),
                new BulkWriteOptions().ordered(false));
        assertThat(ids()).containsExactly(0, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void manyIdsAreFoundWhateverTheirTypes() {
        collection.insertMany(List.of(
                new Document("_id", 1),
                new Document("_id", 2.0),
                new Document("_id", "3"),
                new Document("_id", new Document("a", 1)),
                new Document("_id", new Document("a", 1).append("b", 1)),
                new Document("_id", null)));

        assertThat(collection
                        .find(Filters.in("_id", 1.0, 2L, 3, "3", new Document("a", 1L)))
                        .map(each -> each.get("_id"))
                        .into(new ArrayList<>()))
                .containsExactlyInAnyOrder(1, 2.0, "3", new Document("a", 1));
        assertThat(collection.countDocuments(Filters.in("_id", (Object) null))).isEqualTo(1);
    }

    @Test
    void projectionsKeepWhatIsNamedAlsoInside() {
        collection.insertOne(Document.parse(
                "{_id: 1, a: {b: {c: 1, d: 2}, e: [{f: 1, g: 2}, 3]}, h: [1, 2, 3], i: {}, j: 'x', k: null}"));

        assertThat(find("a.b.c", "a.e.f", "h", "i.x", "j.y", "k"))
                .isEqualTo(Document.parse("{_id: 1, a: {b: {c: 1}, e: [{f: 1}]}, h: [1, 2, 3], i: {}, k: null}"));
        assertThat(collection
                        .find()
                        .projection(Projections.slice("h", 1))
                        .first()
                        .get("h"))
                .isEqualTo(List.of(1));
        assertThat(collection
                        .find()
                        .projection(Projections.fields(
                                Projections.excludeId(), Projections.include("j"), Projections.computed("l", "$a.b.d")))
                        .first())
                .isEqualTo(Document.parse("{j: 'x', l: 2}"));
    }

    private Document find(String... fields) {
        return collection.find().projection(Projections.include(fields)).first();
    }
}
