package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.aggregate.Pipeline;
import io.tandem.embedded.aggregate.Sources;
import io.tandem.embedded.aggregate.Stage;
import io.tandem.embedded.bson.BsonDecoder;
import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.cursor.FindQuery;
import io.tandem.embedded.cursor.IteratorCursor;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Scope;
import io.tandem.embedded.log.Namespace;
import io.tandem.embedded.store.StoredCollection;
import io.tandem.embedded.store.StoredRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** aggregate, also over views. Any thread. */
final class AggregateCommand {
    private static final Set<String> FIRST_ONLY = Set.of("$collStats", "$indexStats", "$documents", "$changeStream");

    private AggregateCommand() {}

    static void register(Map<String, Command> commands) {
        commands.put("aggregate", AggregateCommand::aggregate);
    }

    private static Document aggregate(Context context) {
        if (context.command().containsKey("explain")) {
            throw new ServerError(
                    ServerError.COMMAND_NOT_SUPPORTED, "explain is not supported by this embedded server");
        }
        Document cursor = context.document("cursor");
        if (!context.command().containsKey("cursor")) {
            throw new ServerError(
                    ServerError.FAILED_TO_PARSE,
                    "The 'cursor' option is required, except for aggregate with the explain argument");
        }
        int batchSize =
                cursor.get("batchSize") instanceof Number number ? number.intValue() : CursorReply.DEFAULT_FIRST_BATCH;
        Object target = context.command().get("aggregate");
        Namespace namespace =
                target instanceof Number ? new Namespace(context.database(), "$cmd.aggregate") : context.namespace();
        List<Map.Entry<String, Object>> stages =
                Pipeline.parse(context.command().get("pipeline"));
        if (!stages.isEmpty() && stages.get(0).getKey().equals("$changeStream")) {
            return ChangeStreamCommand.open(context, namespace, target instanceof Number, stages, batchSize);
        }
        requirePlaces(stages);
        Namespace source = target instanceof Number ? new Namespace(context.database(), "") : namespace;
        RequestRules.checkHint(
                context.command().get("hint"), context.server().storage().find(source));
        Collation collation = context.collation(context.command(), source);
        OutputStage output = OutputStage.find(context, stages);
        if (output != null) {
            List<Document> result = run(context, source, stages.subList(0, stages.size() - 1), collation)
                    .toList();
            output.write(context, result);
            return CursorReply.first(
                    context, new IteratorCursor(namespace, Collections.emptyIterator()), batchSize, true);
        }
        Iterator<Document> result = run(context, source, stages, collation).iterator();
        return CursorReply.first(context, new IteratorCursor(namespace, result), batchSize, false);
    }

    private static void requirePlaces(List<Map.Entry<String, Object>> stages) {
        for (int i = 0; i < stages.size(); i++) {
            String name = stages.get(i).getKey();
            if (i > 0 && FIRST_ONLY.contains(name)) {
                throw new ServerError(40602, name + " is only valid as the first stage in a pipeline");
            }
            if (i < stages.size() - 1 && OutputStage.isOutput(name)) {
                throw new ServerError(40601, name + " can only be the final stage in the pipeline");
            }
        }
    }

    /** The lazy result of a pipeline. */
    static Stream<Document> run(
            Context context, Namespace source, List<Map.Entry<String, Object>> stages, Collation collation) {
        Scope variables = context.variables(collation);
        Sources sources = (name, pipeline) ->
                run(context, new Namespace(context.database(), name), Pipeline.parse(pipeline), collation);
        Pipeline compiler = new Pipeline(variables, sources);
        if (!stages.isEmpty() && FIRST_ONLY.contains(stages.get(0).getKey())) {
            Stage rest = compiler.compile(stages.subList(1, stages.size()));
            return rest.apply(FirstStages.run(context, source, stages.get(0), variables));
        }
        StoredCollection stored = context.server().storage().find(source);
        if (stored == null) {
            return compiler.compile(stages).apply(Stream.empty());
        }
        if (ViewGuard.isView(stored)) {
            List<Map.Entry<String, Object>> all = new ArrayList<>(viewStages(stored));
            all.addAll(stages);
            return run(context, viewSource(stored), all, collation);
        }
        List<Document> counted = CountShortcut.run(context, stored, stages, variables);
        return counted != null ? counted.stream() : scan(context, stored, stages, compiler, variables);
    }

    /** Lets the first `$match` and a following `$sort` choose the index, and the first `$sample` avoid decoding. */
    private static Stream<Document> scan(
            Context context,
            StoredCollection collection,
            List<Map.Entry<String, Object>> stages,
            Pipeline compiler,
            @Nullable Scope variables) {
        int used = 0;
        Document filter = new Document();
        Document sort = new Document();
        if (used < stages.size()
                && stages.get(used).getKey().equals("$match")
                && stages.get(used).getValue() instanceof Document match) {
            filter = match;
            used++;
        }
        if (used < stages.size()
                && stages.get(used).getKey().equals("$sort")
                && stages.get(used).getValue() instanceof Document order
                && order.keySet().iterator().next().equals("_id")) {
            sort = order;
            used++;
        }
        Iterator<StoredRecord> records = new FindQuery(filter, sort, variables).records(context.view(collection));
        if (used == 0 && !stages.isEmpty() && stages.get(0).getKey().equals("$sample")) {
            List<StoredRecord> all = new ArrayList<>();
            records.forEachRemaining(all::add);
            Collections.shuffle(all);
            records = all.iterator();
        }
        Stage rest = compiler.compile(stages.subList(used, stages.size()));
        return rest.apply(ReadCommands.stream(records).map(record -> {
            context.checkTime();
            return BsonDecoder.decode(record.bytes());
        }));
    }

    private static List<Map.Entry<String, Object>> viewStages(StoredCollection view) {
        return Pipeline.parse(view.options().getOrDefault("pipeline", List.of()));
    }

    private static Namespace viewSource(StoredCollection view) {
        return new Namespace(
                view.namespace().database(), String.valueOf(view.options().get("viewOn")));
    }

    /** A find on a view, as a pipeline. */
    static Iterator<Document> findOnView(Context context, StoredCollection view, long skip, long limit) {
        List<Map.Entry<String, Object>> stages = new ArrayList<>();
        Document filter = context.document("filter");
        stages.add(Map.entry("$match", filter));
        Document sort = context.document("sort");
        if (!sort.isEmpty()) {
            stages.add(Map.entry("$sort", sort));
        }
        if (skip > 0) {
            stages.add(Map.entry("$skip", skip));
        }
        if (limit > 0) {
            stages.add(Map.entry("$limit", limit));
        }
        Document projection = context.document("projection");
        if (!projection.isEmpty()) {
            stages.add(Map.entry("$project", projection));
        }
        return run(context, view.namespace(), stages, context.collation(context.command(), view.namespace()))
                .iterator();
    }

    /** The documents of a view that match. */
    static Stream<Document> matchingInView(Context context, StoredCollection view, Document query) {
        Collation collation = context.collation(context.command(), view.namespace());
        return run(context, view.namespace(), List.of(Map.entry("$match", query)), collation);
    }

    static long countView(Context context, StoredCollection view, Document query) {
        return matchingInView(context, view, query).count();
    }
}
