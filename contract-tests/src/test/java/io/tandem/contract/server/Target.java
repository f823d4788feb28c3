package io.tandem.contract.server;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.tandem.embedded.EmbeddedMongo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/**
 * A server that the contract runs on: an embedded one of this test, or a real one named by an environment variable.
 *
 * <p>On a real server only databases with a new, unique name are used, and each is dropped after its scenario. Any thread.
 */
final class Target implements AutoCloseable {

    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final String RUN = Long.toString(System.currentTimeMillis(), 36);

    private final String name;
    private final Optional<EmbeddedMongo> embedded;
    private final MongoClient client;
    private final int wireVersion;

    private Target(String name, Optional<EmbeddedMongo> embedded, String uri) {
        this.name = name;
        this.embedded = embedded;
        this.client = MongoClients.create(MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(uri))
                .applyToClusterSettings(settings -> settings.serverSelectionTimeout(20, TimeUnit.SECONDS))
                .build());
        this.wireVersion = client.getDatabase("admin")
                .runCommand(new BsonDocument("isMaster", new BsonInt32(1)), BsonDocument.class)
                .getNumber("maxWireVersion")
                .intValue();
    }

    static Target embedded(EmbeddedMongo.Builder builder, String name) {
        EmbeddedMongo server = builder.build().start();
        return new Target(name, Optional.of(server), server.uri());
    }

    /** The replica sets to test: embedded servers of the recorded release and of the default one, and the real ones of the environment. */
    static List<Target> replicaSets() {
        List<Target> targets = new ArrayList<>();
        targets.add(embedded(EmbeddedMongo.builder().wireVersion(9), "embedded, as 4.4"));
        targets.add(embedded(EmbeddedMongo.builder(), "embedded"));
        real("TANDEM_TEST_LOCAL_URI").ifPresent(targets::add);
        real("TANDEM_TEST_HUB_URI").ifPresent(targets::add);
        return targets;
    }

    /** The standalone servers to test. */
    static List<Target> standalones() {
        List<Target> targets = new ArrayList<>();
        targets.add(embedded(EmbeddedMongo.builder().standalone().wireVersion(9), "embedded standalone, as 4.4"));
        targets.add(embedded(EmbeddedMongo.builder().standalone(), "embedded standalone"));
        real("TANDEM_TEST_STANDALONE_URI").ifPresent(targets::add);
        return targets;
    }

    private static Optional<Target> real(String variable) {
        String uri = System.getenv(variable);
        return uri == null || uri.isBlank()
                ? Optional.empty()
                : Optional.of(new Target("real server of " + variable, Optional.empty(), uri));
    }

    String name() {
        return name;
    }

    /** {@code embedded} or {@code real}, as the list of known differences says it. */
    String kind() {
        return embedded.isPresent() ? "embedded" : "real";
    }

    Optional<EmbeddedMongo> embeddedServer() {
        return embedded;
    }

    MongoClient client() {
        return client;
    }

    /** The highest wire version that the server announces: 9 is 4.4, 13 is 5.0, 17 is 6.0, 21 is 7.0, 25 is 8.0. */
    int wireVersion() {
        return wireVersion;
    }

    /** A database that nobody else uses. The caller drops it. */
    MongoDatabase newDatabase() {
        return client.getDatabase("tandem_contract_" + RUN + "_" + DATABASES.incrementAndGet());
    }

    @Override
    public void close() {
        client.close();
        embedded.ifPresent(EmbeddedMongo::close);
    }

    @Override
    public String toString() {
        return name;
    }
}
