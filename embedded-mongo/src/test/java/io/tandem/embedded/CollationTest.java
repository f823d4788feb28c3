package io.tandem.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Accumulators;
import com.mongodb.client.model.Aggregates;
import com.mongodb.client.model.Collation;
import com.mongodb.client.model.CollationStrength;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.DeleteOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.ValidationOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CollationTest {
    private static final Collation SIMPLE = Collation.builder().locale("simple").build();
    private static final Collation LETTERS = english(CollationStrength.PRIMARY);
    private static final Collation NO_CASE = english(CollationStrength.SECONDARY);

    @TempDir
    private Path directory = Path.of("unset");

    private EmbeddedMongo server;
    private MongoClient client;
    private MongoDatabase database;
    private MongoCollection<Document> plain;
    private MongoCollection<Document> folded;

    private static Collation english(CollationStrength strength) {
        return Collation.builder().locale("en").collationStrength(strength).build();
    }

    @BeforeEach
    void start() {
        server = EmbeddedMongo.builder().directory(directory).build().start();
        client = MongoClients.create(server.uri());
        database = client.getDatabase("test");
        database.createCollection("folded", new CreateCollectionOptions().collation(NO_CASE));
        plain = database.getCollection("plain");
        folded = database.getCollection("folded");
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static Document id(Object id) {
        return new Document("_id", id);
    }

    private List<Object> ids(Bson filter, Collation collation) {
        List<Object> ids = new ArrayList<>();
        plain.find(filter).collation(collation).sort(Sorts.ascending("_id")).forEach(d -> ids.add(d.get("_id")));
        return ids;
    }

    @Test
    void tellsLettersAccentsAndCaseApartByStrength() {
        for (String text : List.of("resume", "Resume", "résumé", "RÉSUMÉ", "rest")) {
            plain.insertOne(id(text));
        }
        Bson filter = Filters.eq("_id", "resume");
        assertThat(ids(filter, LETTERS)).hasSize(4);
        assertThat(ids(filter, NO_CASE)).containsExactlyInAnyOrder("resume", "Resume");
        assertThat(ids(filter, english(CollationStrength.TERTIARY))).containsExactly("resume");
        assertThat(ids(filter, SIMPLE)).containsExactly("resume");
        assertThat(plain.countDocuments(filter)).isEqualTo(1);
    }

    @Test
    void sortsByLettersBeforeAccentsAndCase() {
        for (String text : List.of("b", "B", "a c", "a-c", "ac", "A", "á", "10", "9", "z", "é")) {
            plain.insertOne(id(text));
        }
        assertThat(ids(new Document(), english(CollationStrength.TERTIARY)))
                .containsExactly("10", "9", "A", "á", "a c", "a-c", "ac", "b", "B", "é", "z");
        assertThat(ids(new Document(), SIMPLE))
                .containsExactly("10", "9", "A", "B", "a c", "a-c", "ac", "b", "z", "á", "é");
        assertThat(ids(Filters.gte("_id", "B"), NO_CASE)).containsExactlyInAnyOrder("b", "B", "é", "z");
    }

    @Test
    void aCollectionsCollationGovernsItsIdsAndEveryOperationThatAsksForNoOther() {
        folded.insertOne(id("tea").append("kind", "Milk"));
        assertThatThrownBy(() -> folded.insertOne(id("TEA"))).isInstanceOfSatisfying(MongoWriteException.class, e -> {
            assertThat(e.getCode()).isEqualTo(11000);
            assertThat(e.getMessage()).contains("_id: CollationKey(0x");
        });
        assertThat(folded.find(id("TEA")).first()).isNotNull();
        assertThat(folded.find(id("TEA")).collation(SIMPLE).first()).isNull();
        assertThat(folded.countDocuments(Filters.in("kind", "MILK"))).isEqualTo(1);
        assertThat(folded.countDocuments(new Document("$expr", new Document("$eq", List.of("$kind", "MILK")))))
                .isEqualTo(1);
        assertThat(folded.updateOne(Filters.eq("kind", "milk"), Updates.set("n", 1))
                        .getModifiedCount())
                .isEqualTo(1);
        assertThat(folded.updateOne(
                                Filters.eq("kind", "milk"), Updates.set("n", 2), new UpdateOptions().collation(SIMPLE))
                        .getMatchedCount())
                .isZero();
        assertThat(folded.deleteOne(id("TEA"), new DeleteOptions().collation(SIMPLE))
                        .getDeletedCount())
                .isZero();
        assertThat(folded.deleteOne(id("TEA")).getDeletedCount()).isEqualTo(1);
    }

    @Test
    void pointsAndRangesUseTheIdIndexOnlyWhenTheyMay() {
        for (Object each : List.of(1, 2L, "b", "A", "C", "d")) {
            folded.insertOne(id(each));
        }
        List<Object> simple = new ArrayList<>();
        folded.find().collation(SIMPLE).sort(Sorts.ascending("_id")).forEach(d -> simple.add(d.get("_id")));
        assertThat(simple).containsExactly(1, 2L, "A", "C", "b", "d");
        List<Object> own = new ArrayList<>();
        folded.find().sort(Sorts.ascending("_id")).forEach(d -> own.add(d.get("_id")));
        assertThat(own).containsExactly(1, 2L, "A", "b", "C", "d");
        assertThat(folded.find(id(2)).collation(SIMPLE).first()).isEqualTo(id(2L));
        assertThat(folded.find(Filters.gt("_id", "B")).collation(SIMPLE).into(new ArrayList<>()))
                .extracting(d -> d.get("_id"))
                .containsExactlyInAnyOrder("C", "b", "d");
        assertThatThrownBy(() -> folded.find()
                        .collation(SIMPLE)
                        .hint(new Document("_id", 1))
                        .min(id("a"))
                        .first())
                .hasMessageContaining("collation");
    }

    @Test
    void indexesHaveTheCollationTheyAskForOrTheCollections() {
        plain.createIndex(
                Indexes.ascending("name"), new IndexOptions().unique(true).collation(NO_CASE));
        plain.insertOne(id(1).append("name", "Tea"));
        assertThatThrownBy(() -> plain.insertOne(id(2).append("name", "TEA"))).isInstanceOf(MongoWriteException.class);
        assertThat(plain.countDocuments(Filters.eq("name", "tea"))).isZero();
        assertThat(plain.find(Filters.eq("name", "tea")).collation(NO_CASE).first())
                .isNotNull();

        folded.createIndex(Indexes.ascending("a"), new IndexOptions().unique(true));
        folded.createIndex(
                Indexes.ascending("b"),
                new IndexOptions().unique(true).collation(SIMPLE).sparse(true));
        folded.insertOne(id(1).append("a", "x").append("b", "x"));
        folded.insertOne(id(2).append("a", "y").append("b", "X"));
        assertThatThrownBy(() -> folded.insertOne(id(3).append("a", "X"))).isInstanceOf(MongoWriteException.class);
        List<Document> indexes = folded.listIndexes().into(new ArrayList<>());
        assertThat(indexes).extracting(index -> index.containsKey("collation")).containsExactly(true, true, false);
    }

    @Test
    void groupsDistinctValuesExtremesAndValidatorsFollowTheCollation() {
        database.createCollection(
                "checked",
                new CreateCollectionOptions()
                        .collation(NO_CASE)
                        .validationOptions(new ValidationOptions().validator(Filters.in("kind", "tea"))));
        MongoCollection<Document> checked = database.getCollection("checked");
        checked.insertOne(id(1).append("kind", "TEA").append("tags", List.of("a")));
        checked.insertOne(id(2).append("kind", "Tea"));
        assertThatThrownBy(() -> checked.insertOne(id(3).append("kind", "coffee")))
                .isInstanceOf(MongoWriteException.class);
        assertThat(checked.distinct("kind", String.class).into(new ArrayList<>()))
                .hasSize(1);
        assertThat(checked.aggregate(List.of(Aggregates.group("$kind", Accumulators.sum("n", 1))))
                        .first())
                .containsEntry("n", 2);
        assertThat(checked.updateOne(id(1), Updates.addToSet("tags", "A")).getModifiedCount())
                .isZero();
        assertThat(checked.updateOne(id(1), Updates.pull("tags", "A")).getModifiedCount())
                .isEqualTo(1);
    }

    @Test
    void survivesARestart() {
        folded.insertOne(id("tea"));
        folded.updateOne(id("TEA"), Updates.set("n", 1));
        server.stop();
        server.close();
        try (EmbeddedMongo again =
                        EmbeddedMongo.builder().directory(directory).build().start();
                MongoClient other = MongoClients.create(again.uri())) {
            MongoCollection<Document> found = other.getDatabase("test").getCollection("folded");
            assertThat(found.find(id("TEA")).first()).isEqualTo(id("tea").append("n", 1));
            assertThatThrownBy(() -> found.insertOne(id("Tea"))).isInstanceOf(MongoWriteException.class);
            Document options = other.getDatabase("test")
                    .listCollections()
                    .filter(Filters.eq("name", "folded"))
                    .first()
                    .get("options", Document.class);
            assertThat(options.get("collation", Document.class))
                    .containsEntry("locale", "en")
                    .containsEntry("strength", 2)
                    .containsEntry("caseFirst", "off");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{locale: 'sv'}",
                "{locale: 'en', strength: 4}",
                "{locale: 'en', numericOrdering: true}",
                "{locale: 'en', alternate: 'shifted'}",
                "{locale: 'en', backwards: true}"
            })
    void refusesWhatItCannotOrderBy(String collation) {
        Document create = new Document("create", "other").append("collation", Document.parse(collation));
        assertThatThrownBy(() -> database.runCommand(create))
                .isInstanceOfSatisfying(
                        MongoCommandException.class,
                        e -> assertThat(e.getCode()).isEqualTo(115));
        Document find = new Document("find", "plain").append("collation", Document.parse(collation));
        assertThatThrownBy(() -> database.runCommand(find)).hasMessageContaining("not supported");
    }

    @Test
    void refusesCollationsThatAreNone() {
        assertThatThrownBy(() -> database.runCommand(
                        new Document("find", "plain").append("collation", new Document("strength", 1))))
                .hasMessageContaining("collation.locale");
        assertThatThrownBy(() -> database.runCommand(new Document("find", "plain")
                        .append("collation", new Document("locale", "en").append("strenght", 1))))
                .hasMessageContaining("unknown field");
    }
}
