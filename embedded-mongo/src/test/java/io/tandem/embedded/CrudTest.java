package io.tandem.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoWriteException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.Updates;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CrudTest {
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

    @Test
    void insertsFindsReplacesAndDeletes() {
        collection.insertOne(new Document("_id", 1).append("a", "x"));
        collection.insertMany(List.of(new Document("_id", 3), new Document("_id", 2)));

        assertThat(collection.find().into(new ArrayList<>()))
                .extracting(each -> each.get("_id"))
                .containsExactly(1, 3, 2);
        assertThat(collection.find().sort(new Document("_id", -1)).into(new ArrayList<>()))
                .extracting(each -> each.get("_id"))
                .containsExactly(3, 2, 1);
        assertThat(collection
                        .replaceOne(Filters.eq("_id", 1), new Document("z", 1).append("b", 2))
                        .getModifiedCount())
                .isEqualTo(1);
        assertThat(collection.find(Filters.eq("_id", 1)).first().keySet()).containsExactly("_id", "z", "b");
        assertThat(collection
                        .replaceOne(Filters.eq("_id", 9), new Document("n", 1), new ReplaceOptions().upsert(true))
                        .getUpsertedId())
                .isNotNull();
        assertThat(collection.countDocuments()).isEqualTo(4);
        assertThat(collection.countDocuments(Filters.gte("_id", 2))).isEqualTo(3);
        assertThat(collection.deleteMany(Filters.gte("_id", 2)).getDeletedCount())
                .isEqualTo(3);
        assertThat(collection.estimatedDocumentCount()).isEqualTo(1);
    }

    @Test
    void updatesWithOperatorsAndPipelines() {
        collection.insertOne(new Document("_id", 1).append("n", 5).append("tags", List.of("a", "b")));

        collection.updateOne(Filters.eq("_id", 1), Updates.combine(Updates.inc("n", 2), Updates.push("tags", "c")));
        collection.updateOne(
                Filters.eq("_id", 1),
                List.of(new Document("$set", new Document("m", new Document("$add", List.of("$n", 1))))));

        Document found = collection.find().first();
        assertThat(found).containsEntry("n", 7).containsEntry("m", 8).containsEntry("tags", List.of("a", "b", "c"));
        assertThat(collection
                        .updateOne(Filters.eq("_id", 1), Updates.set("n", 7L))
                        .getModifiedCount())
                .as("a change of the type alone is a change")
                .isEqualTo(1);
        assertThat(collection.find().first().get("n")).isEqualTo(7L);
    }

    @Test
    void refusesDuplicatesOfUniqueKeys() {
        collection.createIndex(Indexes.ascending("k"), new IndexOptions().unique(true));
        collection.insertOne(new Document("_id", 1).append("k", "A"));

        assertThatThrownBy(() -> collection.insertOne(new Document("_id", 2).append("k", "A")))
                .isInstanceOf(MongoWriteException.class)
                .hasMessageContaining("E11000 duplicate key error collection: test.c index: k_1 dup key: { k: \"A\" }");
        assertThatThrownBy(() -> collection.insertOne(new Document("_id", 1L)))
                .hasMessageContaining("index: _id_ dup key: { _id: 1 }");
    }

    @Test
    void rollsTransactionsBackAndCommitsThem() {
        collection.insertOne(new Document("_id", 1).append("n", 1));
        try (ClientSession session = client.startSession()) {
            session.startTransaction();
            collection.updateOne(session, Filters.eq("_id", 1), Updates.set("n", 2));
            collection.insertOne(session, new Document("_id", 2));
            assertThat(collection.countDocuments(session, new Document())).isEqualTo(2);
            assertThat(collection.countDocuments()).as("outside").isEqualTo(1);
            session.abortTransaction();
            assertThat(collection.find(Filters.eq("_id", 1)).first().get("n")).isEqualTo(1);

            session.startTransaction();
            collection.updateOne(session, Filters.eq("_id", 1), Updates.set("n", 3));
            session.commitTransaction();
        }
        assertThat(collection.find(Filters.eq("_id", 1)).first().get("n")).isEqualTo(3);
    }
}
