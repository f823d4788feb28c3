package io.tandem.demo.server;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.tandem.embedded.EmbeddedMongo;
import java.util.Optional;
import java.util.UUID;

/**
 * A database of one test: on an embedded server of its own, or, with a new name, on a server that somebody gave. Dropped at the end.
 * Any thread.
 */
public final class TestDatabase implements AutoCloseable {
    private final Optional<EmbeddedMongo> server;
    private final String uri;
    private final MongoClient client;
    private final MongoDatabase database;

    private TestDatabase(Optional<EmbeddedMongo> server, String uri, String name) {
        this.server = server;
        this.uri = uri;
        this.client = MongoClients.create(uri);
        this.database = client.getDatabase(name);
    }

    /** On a server like this, which is started here. */
    public static TestDatabase embedded(EmbeddedMongo.Builder builder, String name) {
        EmbeddedMongo server = builder.build().start();
        return new TestDatabase(Optional.of(server), server.uri(name), name);
    }

    /** On the server of a connection string; a database that this names is not touched. */
    public static TestDatabase given(String serverUri) {
        String name = "tandem_test_" + UUID.randomUUID().toString().substring(0, 8);
        return new TestDatabase(Optional.empty(), withDatabase(serverUri, name), name);
    }

    /** On the server that an environment variable names, or else on an embedded one. */
    public static TestDatabase givenBy(String variable, EmbeddedMongo.Builder otherwise, String name) {
        return Optional.ofNullable(System.getenv(variable))
                .filter(uri -> !uri.isBlank())
                .map(TestDatabase::given)
                .orElseGet(() -> embedded(otherwise, name));
    }

    private static String withDatabase(String uri, String name) {
        int authority = uri.indexOf("://") + 3;
        int question = uri.indexOf('?');
        String options = question >= 0 ? uri.substring(question) : "";
        String hosts = uri.substring(authority, uri.length() - options.length());
        int slash = hosts.indexOf('/');
        return uri.substring(0, authority) + (slash >= 0 ? hosts.substring(0, slash) : hosts) + "/" + name + options;
    }

    /** The connection string, with this database in it. */
    public String uri() {
        return uri;
    }

    public MongoDatabase database() {
        return database;
    }

    @Override
    public void close() {
        database.drop();
        client.close();
        server.ifPresent(EmbeddedMongo::close);
    }
}
