package io.tandem.browser;

import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import java.time.Duration;
import java.util.Map;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Tests of the dashboard of a running agent between two databases. */
abstract class LiveTest extends BrowserTest {

    static final Duration PATIENCE = Duration.ofSeconds(90);

    LiveAgent agent = null;

    @BeforeAll
    void startAgent() {
        agent = new LiveAgent(settings());
    }

    @AfterAll
    void closeAgent() {
        if (agent != null) {
            agent.close();
        }
    }

    /** Environment variables besides the usual ones. */
    Map<String, String> settings() {
        return Map.of();
    }

    @Override
    final String address() {
        return agent.address();
    }

    final MongoCollection<Document> local(String collection) {
        return agent.local().getCollection(collection);
    }

    final MongoCollection<Document> hub(String collection) {
        return agent.hub().getCollection(collection);
    }

    @Nullable
    static Document find(MongoCollection<Document> collection, String id) {
        return collection.find(Filters.eq("_id", id)).first();
    }

    static void awaitDocument(MongoCollection<Document> collection, String id) {
        await().atMost(PATIENCE).until(() -> find(collection, id) != null);
    }

    static Locator.WaitForOptions patiently() {
        return new Locator.WaitForOptions().setTimeout(PATIENCE.toMillis());
    }
}
