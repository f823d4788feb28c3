package io.tandem.agent.selftest;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import io.tandem.agent.service.TrialEngine;
import io.tandem.engine.status.EngineListener;
import io.tandem.engine.status.EngineStatus;
import io.tandem.engine.status.FeedStatus;
import io.tandem.engine.status.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;

/** An engine of a selftest with both databases, seen through the run's scope. One thread. */
final class DeviceUnderTest implements AutoCloseable {

    private final TrialEngine engine;
    private final MongoDatabase local;
    private final MongoDatabase hub;
    private final Scope scope;
    private final List<String> comparisons = new CopyOnWriteArrayList<>();

    /** @param engine not started yet */
    DeviceUnderTest(TrialEngine engine, MongoDatabase local, MongoDatabase hub, Scope scope) {
        this.engine = engine;
        this.local = local;
        this.hub = hub;
        this.scope = scope;
        engine.addListener(new EngineListener() {
            @Override
            public void noticed(Notice notice) {
                if (notice.kind().equals("resync-started")) {
                    comparisons.add(notice.text());
                }
            }
        });
    }

    /**
     * Why the engine compared everything since this object was made, oldest first.
     *
     * <p>The engine tells so before it follows the feed that lost its position, so once a feed is connected, or a document that was
     * written meanwhile has arrived, this is complete.
     */
    List<String> comparisons() {
        return List.copyOf(comparisons);
    }

    /** Whether the local server has no change stream, so that it is looked through every now and then. */
    boolean isPolled() {
        return status().localFeed().kind() == FeedStatus.Kind.POLLING;
    }

    TrialEngine engine() {
        return engine;
    }

    EngineStatus status() {
        return engine.status();
    }

    MongoCollection<BsonDocument> local(String name) {
        return local.getCollection(scope.collection(name), BsonDocument.class);
    }

    MongoCollection<BsonDocument> hub(String name) {
        return hub.getCollection(scope.collection(name), BsonDocument.class);
    }

    @Nullable
    BsonDocument localDocument(String collection, String id) {
        return local(collection).find(key(id)).first();
    }

    @Nullable
    BsonDocument hubDocument(String collection, String id) {
        return hub(collection).find(key(id)).first();
    }

    static BsonDocument key(String id) {
        return new BsonDocument("_id", new BsonString(id));
    }

    static BsonDocument item(String id, String name, int price) {
        return key(id).append("name", new BsonString(name)).append("price", new BsonInt32(price));
    }

    static BsonDocument setPrice(int price) {
        return new BsonDocument("$set", new BsonDocument("price", new BsonInt32(price)));
    }

    static boolean hasPrice(@Nullable BsonDocument document, int price) {
        return document != null
                && document.isNumber("price")
                && document.getNumber("price").intValue() == price;
    }

    /** Whether the feeds that are wanted are open and nothing is being compared. */
    boolean isReady() {
        EngineStatus status = status();
        return status.role() == EngineStatus.Role.ACTIVE
                && status.workerRunning()
                && (!status.bidirectionalEnabled() || status.atlasFeed().state() == FeedStatus.State.CONNECTED)
                && status.localFeed().state() == FeedStatus.State.CONNECTED
                && status.resync().isEmpty();
    }

    /** How the engine sees itself, for the reason of a failure. */
    String describe() {
        EngineStatus status = status();
        List<String> parts = new ArrayList<>();
        parts.add("feeds: atlas " + status.atlasFeed().state().label() + ", local "
                + status.localFeed().state().label());
        parts.add("queue " + status.queueSize());
        if (status.quarantined() > 0) {
            parts.add(status.quarantined() + " in quarantine");
        }
        for (Problem problem : status.problems()) {
            parts.add(problem.code().id() + " " + problem.subject() + ": " + problem.detail() + " "
                    + problem.code().remedy());
        }
        return String.join("; ", parts);
    }

    @Override
    public void close() {
        engine.close();
    }
}
