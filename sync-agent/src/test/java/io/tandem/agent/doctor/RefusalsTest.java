package io.tandem.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoTimeoutException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import org.bson.Document;
import org.junit.jupiter.api.Test;

class RefusalsTest {

    @Test
    void aLongTextKeepsWhatFailedAndWhy() {
        try (MongoClient nobodyListens = MongoClients.create(
                "mongodb://127.0.0.1:1/shop?replicaSet=rs0&serverSelectionTimeoutMS=300&connectTimeoutMS=300")) {
            nobodyListens.getDatabase("shop").runCommand(new Document("ping", 1));
            throw new AssertionError("somebody listens on port 1");
        } catch (MongoTimeoutException failed) {
            assertThat(failed.getMessage()).hasSizeGreaterThan(245);
            assertThat(Refusals.shortened(failed))
                    .startsWith("Timed out while waiting for a server")
                    .contains("Connection refused")
                    .hasSizeLessThanOrEqualTo(245);
        }
    }

    @Test
    void aShortTextStaysAsItIs() {
        assertThat(Refusals.shortened(new MongoTimeoutException("too  slow"))).isEqualTo("too slow");
    }
}
