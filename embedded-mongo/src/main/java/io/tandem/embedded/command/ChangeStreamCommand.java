package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Values;
import io.tandem.embedded.log.Namespace;
import io.tandem.embedded.store.StoredCollection;
import io.tandem.embedded.stream.ChangeStreams;
import io.tandem.embedded.stream.EventPipeline;
import io.tandem.embedded.stream.StreamOptions;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An aggregate whose first stage is `$changeStream`. */
final class ChangeStreamCommand {
    private static final Set<String> OPTIONS = Set.of(
            "fullDocument",
            "fullDocumentBeforeChange",
            "resumeAfter",
            "startAfter",
            "startAtOperationTime",
            "allChangesForCluster",
            "showExpandedEvents");

    private ChangeStreamCommand() {}

    static Document open(
            Context context,
            Namespace namespace,
            boolean wholeDatabase,
            List<Map.Entry<String, Object>> stages,
            int batchSize) {
        if (!context.server().settings().isReplicaSet()) {
            throw new ServerError(40573, "The $changeStream stage is only supported on replica sets");
        }
        if (context.inTransaction()) {
            throw new ServerError(
                    ServerError.OPERATION_NOT_SUPPORTED_IN_TRANSACTION,
                    "$changeStream cannot be used in a transaction");
        }
        if (!(stages.get(0).getValue() instanceof Document specification)) {
            throw new ServerError(50808, "$changeStream stage expects a document as argument");
        }
        for (String option : specification.keySet()) {
            if (!OPTIONS.contains(option)) {
                throw new ServerError(40415, "BSON field '$changeStream." + option + "' is an unknown field.");
            }
        }
        boolean everything = Values.truthy(specification.get("allChangesForCluster"));
        requireScope(context, namespace, wholeDatabase, everything);
        StreamOptions options = options(context, namespace, wholeDatabase, everything, specification);
        // the collation of a collection does not apply to its stream
        Collation asked = Collation.given(context.command().get("collation"));
        EventPipeline pipeline = new EventPipeline(
                stages.subList(1, stages.size()), context.variables(asked == null ? Collation.SIMPLE : asked));
        ChangeStreams streams = new ChangeStreams(
                context.server().storage(), context.server().settings().isAtLeast50());
        return CursorReply.first(context, streams.open(namespace, options, specification, pipeline), batchSize, false);
    }

    private static void requireScope(Context context, Namespace namespace, boolean wholeDatabase, boolean everything) {
        if (everything && (!wholeDatabase || !namespace.database().equals("admin"))) {
            throw new ServerError(
                    ServerError.INVALID_OPTIONS,
                    "A $changeStream with 'allChangesForCluster:true' may only be opened on the 'admin' database, and with no collection name; found "
                            + namespace.full());
        }
        if (!everything && namespace.isInternalDatabase()) {
            throw new ServerError(
                    ServerError.INVALID_NAMESPACE,
                    "$changeStream may not be opened on the internal " + namespace.database() + " database");
        }
        if (namespace.collection().startsWith("system.")) {
            throw new ServerError(
                    ServerError.INVALID_NAMESPACE,
                    "$changeStream may not be opened on the internal " + namespace.full() + " collection");
        }
        StoredCollection collection = context.server().storage().find(namespace);
        if (collection != null) {
            ViewGuard.requireWritable(collection);
        }
    }

    private static StreamOptions options(
            Context context, Namespace namespace, boolean wholeDatabase, boolean everything, Document specification) {
        Settings settings = context.server().settings();
        Set<String> images = settings.isAtLeast60()
                ? Set.of("default", "updateLookup", "whenAvailable", "required")
                : Set.of("default", "updateLookup");
        String full = String.valueOf(specification.getOrDefault("fullDocument", "default"));
        if (!images.contains(full)) {
            throw new ServerError(
                    40575, "unrecognized value for the 'fullDocument' option to the $changeStream stage: " + full);
        }
        String before = String.valueOf(specification.getOrDefault("fullDocumentBeforeChange", "off"));
        if (!Set.of("off", "whenAvailable", "required").contains(before)
                || (!before.equals("off") && !settings.isAtLeast60())) {
            throw new ServerError(
                    ServerError.BAD_VALUE,
                    "unrecognized value for the 'fullDocumentBeforeChange' option to the $changeStream stage: "
                            + before);
        }
        if (Values.truthy(specification.get("showExpandedEvents"))) {
            throw new ServerError(
                    ServerError.COMMAND_NOT_SUPPORTED, "showExpandedEvents is not supported by this embedded server");
        }
        Namespace scope = wholeDatabase ? new Namespace(namespace.database(), "") : namespace;
        return new StreamOptions(scope, everything, full, before, settings.isAtLeast60(), settings.isAtLeast50());
    }
}
