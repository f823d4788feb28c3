package io.tandem.embedded.update;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.aggregate.Transforms;
import io.tandem.embedded.bson.BsonTypes;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Scope;
import io.tandem.embedded.query.MatchDetails;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Compiles updates. Any thread. */
public final class Updates {
    private static final Set<String> PIPELINE_STAGES =
            Set.of("$addFields", "$set", "$project", "$unset", "$replaceRoot", "$replaceWith");

    private Updates() {}

    /**
     * Compiles the update of one statement.
     *
     * @param variables what pipelines may use besides the document
     * @param before50 whether pipeline updates are reported as replacements, and whatever replaces a document may have no nested
     *     names that begin with a dollar sign, as in servers before 5.0
     */
    public static Update compile(
            @Nullable Object update,
            @Nullable Object arrayFilters,
            @Nullable Scope variables,
            boolean before50,
            UpdateClock clock) {
        if (update instanceof List<?> pipeline) {
            if (arrayFilters instanceof List<?> filters && !filters.isEmpty()) {
                throw new ServerError(
                        ServerError.FAILED_TO_PARSE, "arrayFilters may not be specified for pipeline-syle updates");
            }
            return pipeline(pipeline, variables, before50);
        }
        if (!(update instanceof Document document)) {
            throw new ServerError(
                    ServerError.FAILED_TO_PARSE,
                    "Update argument must be either an object or an array, found " + BsonTypes.name(update));
        }
        if (document.isEmpty() || !document.keySet().iterator().next().startsWith("$")) {
            return replacement(document, before50);
        }
        return ModifierUpdate.compile(document, arrayFilters, variables, clock);
    }

    private static Update replacement(Document document, boolean before50) {
        for (String name : document.keySet()) {
            if (name.startsWith("$")) {
                throw new ServerError(
                        52,
                        "The dollar ($) prefixed field '" + name + "' in '" + name
                                + "' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.");
            }
        }
        return new Update() {
            @Override
            public Outcome apply(Document old, MatchDetails details, boolean insert) {
                if (before50) {
                    requireNoOperatorNames(document);
                }
                return new Outcome(withId(document, old), new Delta(), true);
            }

            @Override
            public boolean isReplacement() {
                return true;
            }
        };
    }

    /** Refuses what servers before 5.0 do not let replace a document, though they let it be inserted. */
    public static void requireNoOperatorNames(Document replacement) {
        requireNoOperatorNames("", replacement);
    }

    /** The parts of a reference to another document are allowed everywhere. */
    private static void requireNoOperatorNames(String path, @Nullable Object value) {
        if (value instanceof Document document) {
            document.forEach((name, field) -> {
                if (name.startsWith("$") && !Set.of("$ref", "$id", "$db").contains(name)) {
                    throw new ServerError(
                            52,
                            "The dollar ($) prefixed field '" + name + "' in '" + path + name
                                    + "' is not valid for storage.");
                }
                requireNoOperatorNames(path + name + ".", field);
            });
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                requireNoOperatorNames(path + i + ".", list.get(i));
            }
        }
    }

    /** The new document with `_id` first: its own, or that of the old document. */
    private static Document withId(Document replacement, Document old) {
        Document result = new Document();
        if (replacement.containsKey("_id")) {
            result.put("_id", replacement.get("_id"));
        } else if (old.containsKey("_id")) {
            result.put("_id", old.get("_id"));
        }
        result.putAll(replacement);
        return result;
    }

    private static Update pipeline(List<?> pipeline, @Nullable Scope variables, boolean before50) {
        List<UnaryOperator<Document>> stages = new ArrayList<>();
        for (Object each : pipeline) {
            if (!(each instanceof Document stage) || stage.size() != 1) {
                throw new ServerError(40323, "A pipeline stage specification object must contain exactly one field.");
            }
            String name = stage.keySet().iterator().next();
            UnaryOperator<Document> transform =
                    PIPELINE_STAGES.contains(name) ? Transforms.compile(name, stage.get(name), variables) : null;
            if (transform == null) {
                throw new ServerError(
                        ServerError.INVALID_OPTIONS, name + " is not allowed to be used within an update");
            }
            stages.add(transform);
        }
        return new Update() {
            @Override
            public Outcome apply(Document old, MatchDetails details, boolean insert) {
                Document before = old.cloneDeeply();
                Document result = old;
                for (UnaryOperator<Document> stage : stages) {
                    result = stage.apply(result);
                }
                Document after = withId(result, before);
                if (before50) {
                    requireNoOperatorNames(after);
                }
                return before50 ? new Outcome(after, new Delta(), true) : DocumentDiff.outcome(before, after);
            }

            @Override
            public boolean isReplacement() {
                return false;
            }
        };
    }
}
