package io.tandem.embedded.aggregate;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Scope;
import io.tandem.embedded.query.Filters;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** `$lookup` by equal fields, with or without a pipeline over the other collection. */
final class Lookup {
    private Lookup() {}

    static Stage compile(Document specification, Sources sources, @Nullable Scope variables) {
        if (specification.containsKey("let")) {
            throw new ServerError(
                    ServerError.COMMAND_NOT_SUPPORTED, "$lookup with 'let' is not supported by this embedded server");
        }
        if (!(specification.get("from") instanceof String from) || !(specification.get("as") instanceof String as)) {
            throw new ServerError(ServerError.FAILED_TO_PARSE, "$lookup needs 'from' and 'as'");
        }
        String local = specification.get("localField") instanceof String name ? name : "";
        String foreign = specification.get("foreignField") instanceof String name ? name : "";
        List<?> pipeline = specification.get("pipeline") instanceof List<?> list ? list : List.of();
        if (local.isEmpty() != foreign.isEmpty() || (local.isEmpty() && pipeline.isEmpty())) {
            throw new ServerError(
                    ServerError.FAILED_TO_PARSE, "$lookup needs both 'localField' and 'foreignField', or a 'pipeline'");
        }
        return documents -> documents.map(document -> {
            List<Object> stages = new ArrayList<>();
            if (!local.isEmpty()) {
                List<@Nullable Object> values = new ArrayList<>();
                Filters.collect(
                        document,
                        local,
                        value -> values.add(value == io.tandem.embedded.expression.Values.MISSING ? null : value));
                stages.add(new Document("$match", new Document(foreign, new Document("$in", values))));
            }
            stages.addAll(pipeline);
            Document result = document.clone();
            result.put(as, new ArrayList<>(sources.run(from, stages).toList()));
            return result;
        });
    }
}
