package io.tandem.embedded.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import io.tandem.embedded.EmbeddedMongo;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The proxy between the official driver and a replica set that advertises the proxy's address. */
@Timeout(60)
class FaultProxyWithDriverTest {

    @Test
    void aRetriedWriteAfterALostReplyCountsOnce() {
        try (FaultProxy proxy = FaultProxy.listen();
                EmbeddedMongo server = EmbeddedMongo.builder()
                        .advertisedAddress(proxy.address())
                        .build()
                        .start()) {
            proxy.forwardTo("127.0.0.1", server.port());
            try (MongoClient client = MongoClients.create(server.uri())) {
                MongoCollection<Document> counters = client.getDatabase("shop").getCollection("counters");
                counters.insertOne(new Document("_id", 1).append("n", 0));
                proxy.dropNextReply("update");
                proxy.plan("update", 20, Fault.CUT_BEFORE);
                proxy.plan("update", 30, Fault.CUT_AFTER);

                for (int i = 0; i < 50; i++) {
                    counters.updateOne(Filters.eq(1), Updates.inc("n", 1));
                }

                assertThat(counters.find().first()).isEqualTo(new Document("_id", 1).append("n", 50));
                assertThat(proxy.planned()).isZero();
                assertThat(proxy.acceptedConnections()).isGreaterThan(3);
            }
        }
    }
}
