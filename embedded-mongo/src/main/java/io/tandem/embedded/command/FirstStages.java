package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Expressions;
import io.tandem.embedded.expression.Scope;
import io.tandem.embedded.log.Namespace;
import io.tandem.embedded.store.SecondaryIndex;
import io.tandem.embedded.store.StoredCollection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stages that make documents instead of taking them. */
final class FirstStages {
    private FirstStages() {}

    static Stream<Document> run(
            Context context, Namespace source, Map.Entry<String, Object> stage, @Nullable Scope variables) {
        return switch (stage.getKey()) {
            case "$documents" -> documents(stage.getValue(), variables);
            case "$indexStats" -> indexStats(context, source);
            case "$collStats" -> Stream.of(collStats(context, source, stage.getValue()));
            default -> throw new ServerError(40324, "Unrecognized pipeline stage name: '" + stage.getKey() + "'");
        };
    }

    private static Stream<Document> documents(@Nullable Object argument, @Nullable Scope variables) {
        Object value = Expressions.compile(argument).evaluate(Scope.of(variables, new Document()));
        if (!(value instanceof List<?> list) || list.stream().anyMatch(each -> !(each instanceof Document))) {
            throw new ServerError(5858203, "an array is expected for $documents, of objects");
        }
        return list.stream().map(each -> (Document) each);
    }

    private static Stream<Document> indexStats(Context context, Namespace source) {
        StoredCollection collection = context.server().storage().require(source);
        List<Document> result = new ArrayList<>();
        result.add(indexStat(context, "_id_", new Document("_id", 1)));
        for (SecondaryIndex index : collection.indexes()) {
            result.add(indexStat(context, index.spec().name(), index.spec().key()));
        }
        return result.stream();
    }

    private static Document indexStat(Context context, String name, Document key) {
        return new Document("name", name)
                .append("key", key)
                .append("host", context.server().address())
                .append(
                        "accesses",
                        new Document("ops", 0L).append("since", context.server().started()));
    }

    private static Document collStats(Context context, Namespace source, @Nullable Object argument) {
        StoredCollection collection = context.server().storage().require(source);
        Document options = argument instanceof Document document ? document : new Document();
        Document result = new Document("ns", source.full())
                .append("host", context.server().address())
                .append("localTime", context.server().clock().now());
        if (options.containsKey("storageStats")) {
            result.put("storageStats", CatalogCommands.storageStats(collection));
        }
        if (options.containsKey("count")) {
            result.put("count", collection.count());
        }
        return result;
    }
}
