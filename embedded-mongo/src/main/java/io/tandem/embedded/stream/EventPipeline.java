package io.tandem.embedded.stream;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.aggregate.Pipeline;
import io.tandem.embedded.aggregate.Projection;
import io.tandem.embedded.aggregate.Stage;
import io.tandem.embedded.aggregate.Transforms;
import io.tandem.embedded.bson.BsonDecoder;
import io.tandem.embedded.bson.BsonEncoder;
import io.tandem.embedded.bson.RawBson;
import io.tandem.embedded.bson.ShellText;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Scope;
import io.tandem.embedded.query.Filter;
import io.tandem.embedded.query.Filters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The client's stages on a change stream, applied event by event. Any thread. */
public final class EventPipeline {
    private static final Set<String> ALLOWED =
            Set.of("$match", "$project", "$addFields", "$set", "$unset", "$replaceRoot", "$replaceWith", "$redact");
    /** Fields that stay undecoded until a stage mentions them. */
    private static final List<String> BODIES =
            List.of("fullDocument", "updateDescription", "lsid", "$$", "$expr", "$jsonSchema");

    /** One stage; a result of null drops the event. */
    private record Step(boolean needsBodies, UnaryOperator<@Nullable Document> apply) {}

    private final List<Step> steps = new ArrayList<>();

    public EventPipeline(List<Map.Entry<String, Object>> stages, @Nullable Scope variables) {
        for (Map.Entry<String, Object> stage : stages) {
            if (!ALLOWED.contains(stage.getKey())) {
                throw new ServerError(
                        ServerError.ILLEGAL_OPERATION,
                        stage.getKey() + " is not permitted in a $changeStream pipeline");
            }
            steps.add(step(stage, variables));
        }
    }

    /** Whether events pass as they are. */
    boolean isEmpty() {
        return steps.isEmpty();
    }

    private static Step step(Map.Entry<String, Object> stage, @Nullable Scope variables) {
        UnaryOperator<Document> transform = Transforms.compile(stage.getKey(), stage.getValue(), variables);
        if (transform != null) {
            boolean takesRaw = transform instanceof Projection projection && projection.takesRaw();
            return new Step(!takesRaw, document -> transform.apply(document));
        }
        return new Step(mentionsBodies(stage), filter(stage, variables));
    }

    private static UnaryOperator<@Nullable Document> filter(
            Map.Entry<String, Object> stage, @Nullable Scope variables) {
        if (stage.getKey().equals("$match") && stage.getValue() instanceof Document condition) {
            Filter filter = Filters.compile(condition, variables);
            return document -> document != null && filter.test(document) ? document : null;
        }
        Stage library = new Pipeline(variables, (collection, pipeline) -> Stream.empty()).compile(List.of(stage));
        return document -> library.apply(Stream.of(document)).findFirst().orElse(null);
    }

    private static boolean mentionsBodies(Map.Entry<String, Object> stage) {
        return !stage.getKey().equals("$match") || mentions(stage.getValue());
    }

    private static boolean mentions(@Nullable Object value) {
        if (value instanceof Document document) {
            return document.entrySet().stream().anyMatch(entry -> names(entry.getKey()) || mentions(entry.getValue()));
        } else if (value instanceof List<?> list) {
            return list.stream().anyMatch(EventPipeline::mentions);
        }
        return value instanceof String text && names(text);
    }

    private static boolean names(String text) {
        return BODIES.stream().anyMatch(text::contains);
    }

    /** The event after all stages, or null when one of them drops it. */
    @Nullable
    Document apply(Document event) {
        Document result = event;
        boolean decoded = false;
        for (Step step : steps) {
            if (step.needsBodies && !decoded) {
                result.replaceAll(
                        (name, value) -> value instanceof RawBson raw ? BsonDecoder.decode(raw.bytes()) : value);
                decoded = true;
            }
            Document next = step.apply.apply(result);
            if (next == null) {
                return null;
            }
            result = next;
        }
        if (!steps.isEmpty()) {
            requireToken(event, result);
        }
        return result;
    }

    private static void requireToken(Document event, Document result) {
        Object expected = event.get("_id");
        Object found = result.get("_id");
        boolean same = found == expected
                || (found instanceof Document document
                        && Arrays.equals(BsonEncoder.encode(document), BsonEncoder.encode((Document)
                                java.util.Objects.requireNonNull(expected))));
        if (!same) {
            throw new ServerError(
                            ServerError.CHANGE_STREAM_FATAL,
                            "Encountered an event whose _id field, which contains the resume token, was modified by the pipeline. Modifying the _id field of an event makes it impossible to resume the stream from that point. Only transformations that retain the unmodified _id field are allowed. Expected: "
                                    + ShellText.of(new Document("_id", expected)) + " but found: "
                                    + (result.containsKey("_id") ? ShellText.of(new Document("_id", found)) : "{}"))
                    .labelled("NonResumableChangeStreamError");
        }
    }
}
