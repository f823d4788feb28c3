package io.tandem.embedded.aggregate;

import de.bwaldvogel.mongo.backend.aggregation.Aggregation;
import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Scope;
import io.tandem.embedded.query.DocumentOrder;
import io.tandem.embedded.query.Filter;
import io.tandem.embedded.query.Filters;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compiles pipelines. Any thread. */
public final class Pipeline {
    private static final Set<String> LIBRARY_STAGES = Set.of("$bucket", "$redact");
    private static final Set<String> UNSUPPORTED = Set.of(
            "$geoNear",
            "$graphLookup",
            "$densify",
            "$fill",
            "$setWindowFields",
            "$search",
            "$currentOp",
            "$planCacheStats",
            "$listSessions",
            "$listLocalSessions",
            "$changeStreamSplitLargeEvent");

    private final @Nullable Scope variables;
    private final Sources sources;

    public Pipeline(@Nullable Scope variables, Sources sources) {
        this.variables = variables;
        this.sources = sources;
    }

    /** The stages of a pipeline as (name, argument) pairs, checked for their form. */
    public static List<Map.Entry<String, Object>> parse(@Nullable Object pipeline) {
        if (!(pipeline instanceof List<?> list)) {
            throw new ServerError(ServerError.TYPE_MISMATCH, "'pipeline' option must be specified as an array");
        }
        List<Map.Entry<String, Object>> result = new ArrayList<>();
        for (Object each : list) {
            if (!(each instanceof Document stage)) {
                throw new ServerError(
                        ServerError.TYPE_MISMATCH, "Each element of the 'pipeline' array must be an object");
            }
            if (stage.size() != 1) {
                throw new ServerError(40323, "A pipeline stage specification object must contain exactly one field.");
            }
            result.add(stage.entrySet().iterator().next());
        }
        return result;
    }

    /** Compiles stages into one. */
    public Stage compile(List<Map.Entry<String, Object>> stages) {
        List<Stage> compiled = new ArrayList<>();
        for (Map.Entry<String, Object> stage : stages) {
            compiled.add(stage(stage.getKey(), stage.getValue()));
        }
        return documents -> {
            Stream<Document> result = documents;
            for (Stage stage : compiled) {
                result = stage.apply(result);
            }
            return result;
        };
    }

    private Stage stage(String name, @Nullable Object argument) {
        UnaryOperator<Document> transform = Transforms.compile(name, argument, variables);
        if (transform != null) {
            return documents -> documents.map(transform);
        }
        return switch (name) {
            case "$match" -> {
                Filter filter = Filters.compile(Transforms.document(name, 15959, argument), variables);
                yield documents -> documents.filter(filter::test);
            }
            case "$skip" -> {
                long count = count(name, argument, 0);
                yield documents -> documents.skip(count);
            }
            case "$limit" -> {
                long count = count(name, argument, 1);
                yield documents -> documents.limit(count);
            }
            case "$sort" -> sort(Transforms.document(name, 15973, argument));
            case "$sample" -> sample(Transforms.document(name, 28745, argument));
            case "$group" -> Group.compile(Transforms.document(name, 15947, argument), variables);
            case "$count" -> Group.count(argument, variables);
            case "$sortByCount" -> {
                Stage group = Group.compile(
                        new Document("_id", argument).append("count", new Document("$sum", 1)), variables);
                Stage order = sort(new Document("count", -1));
                yield documents -> order.apply(group.apply(documents));
            }
            case "$bucketAuto" -> BucketAuto.compile(Transforms.document(name, 40240, argument), variables);
            case "$unwind" -> Unwind.compile(argument);
            case "$unionWith" -> union(argument);
            case "$lookup" -> Lookup.compile(Transforms.document(name, 4569, argument), sources, variables);
            case "$facet" -> facet(Transforms.document(name, 40169, argument));
            default -> other(name, argument);
        };
    }

    private static Stage other(String name, @Nullable Object argument) {
        if (LIBRARY_STAGES.contains(name)) {
            Aggregation library =
                    Aggregation.fromPipeline(List.of(new Document(name, argument)), null, null, null, null);
            return library::runStagesAsStream;
        }
        if (UNSUPPORTED.contains(name)) {
            throw new ServerError(
                    ServerError.COMMAND_NOT_SUPPORTED, name + " is not supported by this embedded server");
        }
        throw new ServerError(40324, "Unrecognized pipeline stage name: '" + name + "'");
    }

    private static long count(String name, @Nullable Object argument, long least) {
        if (argument instanceof Number number && number.longValue() >= least) {
            return number.longValue();
        }
        throw new ServerError(
                least == 0 ? 5107200 : 15957,
                "invalid argument to " + name + " stage: expected a number of at least " + least);
    }

    private Stage sort(Document specification) {
        DocumentOrder order = DocumentOrder.of(specification, Scope.collationOf(variables));
        return documents -> documents.sorted(order);
    }

    private static Stage sample(Document specification) {
        long size = count("$sample", specification.get("size"), 0);
        return documents -> {
            List<Document> all = new ArrayList<>(documents.toList());
            Collections.shuffle(all);
            return all.stream().limit(size);
        };
    }

    private Stage union(@Nullable Object argument) {
        String collection;
        List<?> pipeline = List.of();
        if (argument instanceof String name) {
            collection = name;
        } else {
            Document specification = Transforms.document("$unionWith", ServerError.FAILED_TO_PARSE, argument);
            collection = String.valueOf(specification.get("coll"));
            pipeline = specification.get("pipeline") instanceof List<?> list ? list : pipeline;
        }
        List<?> stages = pipeline;
        return documents -> Stream.of(documents, Stream.of(0).flatMap(once -> sources.run(collection, stages)))
                .flatMap(each -> each);
    }

    private Stage facet(Document specification) {
        java.util.LinkedHashMap<String, Stage> facets = new java.util.LinkedHashMap<>();
        specification.forEach((name, stages) -> facets.put(name, compile(parse(stages))));
        return documents -> {
            List<Document> all = documents.toList();
            Document result = new Document();
            facets.forEach(
                    (name, stage) -> result.put(name, stage.apply(all.stream()).toList()));
            return Stream.of(result);
        };
    }
}
