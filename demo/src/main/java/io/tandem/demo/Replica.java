package io.tandem.demo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoConfigurationException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.tandem.agent.cli.CommandFailure;
import io.tandem.agent.text.Masking;
import io.tandem.engine.model.Doc;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.bson.RawBsonDocument;

/**
 * One of the databases that the demo keeps in step, as its applications see it. Thread-safe; closed once.
 */
final class Replica implements AutoCloseable {
    private static final long FIND_SERVER_SECONDS = 10;

    private final String name;
    private final String uri;
    private final MongoClient client;
    private final MongoDatabase database;

    /** Connects when used. */
    Replica(String name, String uri, String database) {
        this.name = name;
        this.uri = uri;
        this.client = open(name, uri);
        this.database = client.getDatabase(database);
    }

    private static MongoClient open(String name, String uri) {
        try {
            // what the connection string says goes over the default here
            return MongoClients.create(MongoClientSettings.builder()
                    .applyToClusterSettings(
                            cluster -> cluster.serverSelectionTimeout(FIND_SERVER_SECONDS, TimeUnit.SECONDS))
                    .applyConnectionString(new ConnectionString(uri))
                    .build());
        } catch (IllegalArgumentException | MongoConfigurationException wrong) {
            throw CommandFailure.wrongUsage("The connection string for " + name + " (" + Masking.patterns(uri)
                    + ") cannot be used: " + Masking.patterns(String.valueOf(wrong.getMessage())));
        }
    }

    String name() {
        return name;
    }

    /** The connection string without its secrets. */
    String maskedUri() {
        return Masking.patterns(uri);
    }

    MongoDatabase database() {
        return database;
    }

    /** What an application's collection contains: how many documents, and a sum over their contents. */
    record Contents(long documents, long checksum) {
        static final Contents NOTHING = new Contents(0, 0);
    }

    /** Every application's collection with its contents. The sum does not depend on the order of reading. */
    Map<String, Contents> contents() {
        Map<String, Contents> all = new TreeMap<>();
        for (String collection : database.listCollectionNames()) {
            if (collection.startsWith("_") || collection.startsWith("system.")) {
                continue;
            }
            long documents = 0;
            long checksum = 0;
            for (RawBsonDocument document :
                    database.getCollection(collection, RawBsonDocument.class).find()) {
                documents++;
                checksum += Doc.of(document).hash().high() * 31
                        + Doc.of(document).hash().low();
            }
            if (documents > 0) {
                all.put(collection, new Contents(documents, checksum));
            }
        }
        return all;
    }

    /** Documents in all applications' collections, from the server's statistics. */
    long count() {
        long documents = 0;
        for (String collection : database.listCollectionNames()) {
            if (!collection.startsWith("_") && !collection.startsWith("system.")) {
                documents += database.getCollection(collection).estimatedDocumentCount();
            }
        }
        return documents;
    }

    /** Sales of a till, or of the office, that have arrived here. */
    long salesMadeBy(String maker) {
        return database.getCollection(Traffic.SALES).countDocuments(new Document("madeBy", maker));
    }

    @Override
    public void close() {
        client.close();
    }
}
