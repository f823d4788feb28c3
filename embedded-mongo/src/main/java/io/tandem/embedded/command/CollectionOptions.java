package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.expression.Values;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options of a collection as `create` and `collMod` take them, checked. What is not kept is refused. Pure. */
final class CollectionOptions {
    /** A capped collection's size is a multiple of this many bytes. */
    private static final long CAPPED_UNIT = 256;

    private static final Set<String> CHANGEABLE = Set.of(
            "validator", "validationLevel", "validationAction", "changeStreamPreAndPostImages", "viewOn", "pipeline");
    private static final Set<String> ONLY_AT_CREATION = Set.of("capped", "size", "max", "collation");
    /** Fields of the command itself, and hints for storage that nobody can see the effect of. */
    private static final Set<String> NOT_OPTIONS = Set.of(
            "create",
            "collMod",
            "$db",
            "lsid",
            "$clusterTime",
            "txnNumber",
            "writeConcern",
            "comment",
            "autoIndexId",
            "$readPreference",
            "apiVersion",
            "apiStrict",
            "apiDeprecationErrors",
            "maxTimeMS",
            "temp",
            "flags",
            "idIndex",
            "storageEngine",
            "indexOptionDefaults",
            "autocommit",
            "startTransaction",
            "readConcern");

    private CollectionOptions() {}

    /** The options of a new collection or view. */
    static Document ofNew(Document command, Settings settings) {
        Document options = new Document();
        command.forEach((name, value) -> {
            if (CHANGEABLE.contains(name) || ONLY_AT_CREATION.contains(name)) {
                requireKnown("create", name, settings);
                options.put(name, value);
            } else if (!NOT_OPTIONS.contains(name)) {
                throw unsupported("create", name);
            }
        });
        if (options.containsKey("pipeline") && !options.containsKey("viewOn")) {
            throw new ServerError(ServerError.INVALID_OPTIONS, "'pipeline' requires 'viewOn' to also be specified");
        }
        capped(options);
        collation(options);
        return options;
    }

    private static void capped(Document options) {
        if (!Values.truthy(options.get("capped"))) {
            options.remove("capped");
            if (options.containsKey("size") || options.containsKey("max")) {
                throw new ServerError(
                        ServerError.INVALID_OPTIONS,
                        "the 'capped' field needs to be true when either the 'size' or 'max' fields are present");
            }
            return;
        }
        if (options.containsKey("viewOn")) {
            throw new ServerError(ServerError.INVALID_OPTIONS, "'capped' cannot be used with 'viewOn'");
        }
        options.put("capped", true);
        long size = positive(options, "size");
        options.put("size", (size + CAPPED_UNIT - 1) / CAPPED_UNIT * CAPPED_UNIT);
        if (options.containsKey("max")) {
            options.put("max", positive(options, "max"));
        }
    }

    private static long positive(Document options, String name) {
        Object value = options.get(name);
        if (value instanceof Number number && number.longValue() > 0) {
            return number.longValue();
        }
        throw new ServerError(
                ServerError.INVALID_OPTIONS,
                "the '" + name + "' field is required to be a number greater than 0 when 'capped' is true");
    }

    private static void collation(Document options) {
        Collation collation = Collation.given(options.remove("collation"));
        if (collation == null || collation.isSimple()) {
            return;
        }
        if (options.containsKey("viewOn")) {
            throw new ServerError(
                    ServerError.COMMAND_NOT_SUPPORTED,
                    "a view with a collation is not supported by this embedded server");
        }
        options.put("collation", collation.specification());
    }

    /** The options after a `collMod`. */
    static Document changed(Document before, Document command, Settings settings) {
        Document options = before.clone();
        for (Map.Entry<String, Object> entry : command.entrySet()) {
            String name = entry.getKey();
            if (CHANGEABLE.contains(name)) {
                requireKnown("collMod", name, settings);
                boolean ofViews = name.equals("viewOn") || name.equals("pipeline");
                if (ofViews != before.containsKey("viewOn")) {
                    throw new ServerError(
                            ServerError.INVALID_OPTIONS,
                            "option not supported on a " + (ofViews ? "collection: " : "view: ") + name);
                }
                change(options, name, entry.getValue());
            } else if (!NOT_OPTIONS.contains(name)) {
                throw unsupported("collMod", name);
            }
        }
        return options;
    }

    private static void change(Document options, String name, @Nullable Object value) {
        if (name.equals("validator") && value instanceof Document document && document.isEmpty()) {
            options.remove(name);
        } else {
            options.put(name, value);
        }
    }

    private static void requireKnown(String command, String name, Settings settings) {
        if (name.equals("changeStreamPreAndPostImages") && !settings.isAtLeast60()) {
            throw new ServerError(40415, "BSON field '" + command + "." + name + "' is an unknown field.");
        }
    }

    private static ServerError unsupported(String command, String name) {
        return new ServerError(
                ServerError.COMMAND_NOT_SUPPORTED,
                command + " with '" + name + "' is not supported by this embedded server");
    }
}
