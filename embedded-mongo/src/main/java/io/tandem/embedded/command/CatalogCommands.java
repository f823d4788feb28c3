package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonOrder;
import io.tandem.embedded.bson.Collation;
import io.tandem.embedded.cursor.IteratorCursor;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.log.Namespace;
import io.tandem.embedded.query.Filter;
import io.tandem.embedded.query.Filters;
import io.tandem.embedded.store.IndexSpec;
import io.tandem.embedded.store.SecondaryIndex;
import io.tandem.embedded.store.Storage;
import io.tandem.embedded.store.StoredCollection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Databases, collections and indexes. Any thread. */
final class CatalogCommands {
    private CatalogCommands() {}

    static void register(Map<String, Command> commands) {
        commands.put("create", CatalogCommands::create);
        commands.put("drop", CatalogCommands::drop);
        commands.put("dropDatabase", CatalogCommands::dropDatabase);
        commands.put("renameCollection", CatalogCommands::rename);
        commands.put("collMod", CatalogCommands::modify);
        commands.put("listDatabases", CatalogCommands::listDatabases);
        commands.put("listCollections", CatalogCommands::listCollections);
        commands.put("listIndexes", CatalogCommands::listIndexes);
        commands.put("createIndexes", CatalogCommands::createIndexes);
        commands.put("dropIndexes", CatalogCommands::dropIndexes);
        commands.put("deleteIndexes", CatalogCommands::dropIndexes);
        commands.put("collStats", CatalogCommands::collStats);
        commands.put("collstats", CatalogCommands::collStats);
        commands.put("dbStats", CatalogCommands::dbStats);
        commands.put("dbstats", CatalogCommands::dbStats);
        commands.put("validate", CatalogCommands::validate);
    }

    private static Storage storage(Context context) {
        return context.server().storage();
    }

    private static Document create(Context context) {
        Namespace namespace = context.namespace();
        Document options =
                CollectionOptions.ofNew(context.command(), context.server().settings());
        return context.write(writer -> {
            StoredCollection existing = storage(context).find(namespace);
            if (existing != null) {
                throw new ServerError(
                        ServerError.NAMESPACE_EXISTS, "Collection " + namespace.full() + " already exists.");
            }
            storage(context).create(namespace, options);
            return new Document();
        });
    }

    private static Document drop(Context context) {
        Namespace namespace = context.namespace();
        return context.write(writer -> {
            StoredCollection collection = storage(context).find(namespace);
            if (collection == null) {
                if (context.server().settings().isAtLeast60()) {
                    return new Document();
                }
                throw new ServerError(ServerError.NAMESPACE_NOT_FOUND, "ns not found");
            }
            int indexes = collection.indexes().size() + 1;
            storage(context).drop(collection);
            return new Document("nIndexesWas", indexes).append("ns", namespace.full());
        });
    }

    private static Document dropDatabase(Context context) {
        return context.write(writer -> {
            boolean existed = !storage(context).collections(context.database()).isEmpty();
            storage(context).dropDatabase(context.database());
            return existed ? new Document("dropped", context.database()) : new Document();
        });
    }

    private static Document rename(Context context) {
        Namespace source = Namespace.parse(String.valueOf(context.command().get("renameCollection")));
        Namespace target = Namespace.parse(String.valueOf(context.command().get("to")));
        if (source.equals(target)) {
            throw new ServerError(ServerError.ILLEGAL_OPERATION, "Can't rename a collection to itself");
        }
        return context.write(writer -> {
            StoredCollection collection = storage(context).find(source);
            if (collection == null) {
                throw new ServerError(
                        ServerError.NAMESPACE_NOT_FOUND, "Source collection " + source.full() + " does not exist");
            }
            if (!source.database().equals(target.database())) {
                throw new ServerError(
                        ServerError.COMMAND_NOT_SUPPORTED,
                        "renaming across databases is not supported by this embedded server");
            }
            storage(context).rename(collection, target, context.flag("dropTarget"));
            return new Document();
        });
    }

    private static Document modify(Context context) {
        Namespace namespace = context.namespace();
        return context.write(writer -> {
            StoredCollection collection = storage(context).require(namespace);
            Document options = CollectionOptions.changed(
                    collection.options(), context.command(), context.server().settings());
            storage(context).setOptions(collection, options);
            return new Document();
        });
    }

    private static Document listDatabases(Context context) {
        Filter filter = Filters.compile(context.document("filter"), null);
        List<Document> result = new ArrayList<>();
        long total = 0;
        for (String database : storage(context).databases()) {
            long size = storage(context).collections(database).stream()
                    .mapToLong(StoredCollection::dataSize)
                    .sum();
            Document entry = new Document("name", database)
                    .append("sizeOnDisk", Math.max(size, 4096L))
                    .append("empty", false);
            if (filter.test(entry)) {
                result.add(context.flag("nameOnly") ? new Document("name", database) : entry);
                total += size;
            }
        }
        Document reply = new Document("databases", result);
        return context.flag("nameOnly") ? reply : reply.append("totalSize", total);
    }

    private static Document listCollections(Context context) {
        Filter filter = Filters.compile(context.document("filter"), null);
        List<Document> result = new ArrayList<>();
        for (StoredCollection collection : storage(context).collections(context.database())) {
            boolean view = ViewGuard.isView(collection);
            Document info = new Document("readOnly", view);
            Document entry = new Document("name", collection.namespace().collection())
                    .append("type", view ? "view" : "collection")
                    .append("options", collection.options())
                    .append("info", info);
            if (!view) {
                info.put("uuid", collection.uuid());
                entry.put("idIndex", idIndex(collection));
            }
            if (filter.test(entry)) {
                result.add(
                        context.flag("nameOnly")
                                ? new Document("name", entry.get("name")).append("type", entry.get("type"))
                                : entry);
            }
        }
        return cursor(context, "$cmd.listCollections", result);
    }

    private static Document cursor(Context context, String collection, List<Document> result) {
        int batchSize = context.document("cursor").get("batchSize") instanceof Number number ? number.intValue() : 0;
        IteratorCursor cursor = new IteratorCursor(new Namespace(context.database(), collection), result.iterator());
        return CursorReply.first(context, cursor, batchSize == 0 ? Integer.MAX_VALUE : batchSize, false);
    }

    private static Document listIndexes(Context context) {
        Namespace namespace = context.namespace();
        StoredCollection collection = storage(context).find(namespace);
        if (collection == null) {
            throw new ServerError(ServerError.NAMESPACE_NOT_FOUND, "ns does not exist: " + namespace.full());
        }
        ViewGuard.requireWritable(collection);
        List<Document> result = new ArrayList<>();
        result.add(idIndex(collection));
        collection
                .indexes()
                .forEach(index -> result.add(description(index.spec().definition(), index.collation())));
        int batchSize = context.document("cursor").get("batchSize") instanceof Number number ? number.intValue() : 0;
        return CursorReply.first(
                context,
                new IteratorCursor(namespace, result.iterator()),
                batchSize == 0 ? Integer.MAX_VALUE : batchSize,
                false);
    }

    private static Document idIndex(StoredCollection collection) {
        Document definition =
                new Document("v", 2).append("key", new Document("_id", 1)).append("name", "_id_");
        return description(definition, collection.collation());
    }

    private static Document description(Document definition, Collation collation) {
        Document description = definition.clone();
        description.remove("collation");
        return collation.isSimple() ? description : description.append("collation", collation.specification());
    }

    private static Document createIndexes(Context context) {
        Namespace namespace = context.namespace();
        if (!(context.command().get("indexes") instanceof List<?> specifications) || specifications.isEmpty()) {
            throw new ServerError(ServerError.BAD_VALUE, "Must specify at least one index to create");
        }
        List<IndexSpec> specs = new ArrayList<>();
        for (Object each : specifications) {
            specs.add(IndexSpec.parse(
                    each instanceof io.tandem.embedded.bson.RawBson raw
                            ? io.tandem.embedded.bson.BsonDecoder.decode(raw.bytes())
                            : (Document) java.util.Objects.requireNonNull(each)));
        }
        return context.write(writer -> {
            boolean created = storage(context).find(namespace) == null;
            StoredCollection collection = storage(context).findOrCreate(namespace);
            ViewGuard.requireWritable(collection);
            int before = collection.indexes().size() + 1;
            specs.forEach(spec -> storage(context).createIndex(collection, spec));
            int after = collection.indexes().size() + 1;
            Document reply = new Document("numIndexesBefore", before)
                    .append("numIndexesAfter", after)
                    .append("createdCollectionAutomatically", created);
            return before == after ? reply.append("note", "all indexes already exist") : reply;
        });
    }

    private static Document dropIndexes(Context context) {
        Namespace namespace = context.namespace();
        Object wanted = context.command().get("index");
        return context.write(writer -> {
            StoredCollection collection = storage(context).require(namespace);
            int before = collection.indexes().size() + 1;
            for (String name : indexNames(collection, wanted)) {
                if (name.equals("_id_")) {
                    throw new ServerError(ServerError.INVALID_OPTIONS, "cannot drop _id index");
                }
                if (!storage(context).dropIndex(collection, name)) {
                    throw new ServerError(ServerError.INDEX_NOT_FOUND, "index not found with name [" + name + "]");
                }
            }
            return new Document("nIndexesWas", before);
        });
    }

    private static List<String> indexNames(
            StoredCollection collection, @org.jspecify.annotations.Nullable Object wanted) {
        List<SecondaryIndex> all = List.copyOf(collection.indexes());
        if ("*".equals(wanted)) {
            return all.stream().map(index -> index.spec().name()).toList();
        } else if (wanted instanceof String name) {
            return List.of(name);
        } else if (wanted instanceof List<?> names) {
            return names.stream().map(String::valueOf).toList();
        } else if (wanted instanceof Document key) {
            return all.stream()
                    .filter(index -> BsonOrder.equal(index.spec().key(), key))
                    .map(index -> index.spec().name())
                    .findFirst()
                    .map(List::of)
                    .orElseThrow(() -> new ServerError(ServerError.INDEX_NOT_FOUND, "can't find index with key"));
        }
        throw new ServerError(ServerError.TYPE_MISMATCH, "invalid index argument to dropIndexes");
    }

    /** The numbers of one collection, as `collStats` and `$collStats` show them. */
    static Document storageStats(StoredCollection collection) {
        long count = collection.count();
        Document indexSizes = new Document("_id_", count * 32);
        collection.indexes().forEach(index -> indexSizes.put(index.spec().name(), index.size() * 32L));
        long indexSize = indexSizes.values().stream()
                .mapToLong(value -> ((Number) value).longValue())
                .sum();
        Document stats = new Document("size", collection.dataSize())
                .append("count", count)
                .append("avgObjSize", count == 0 ? 0L : collection.dataSize() / count)
                .append("storageSize", collection.dataSize())
                .append("freeStorageSize", 0L)
                .append("capped", collection.isCapped())
                .append("nindexes", collection.indexes().size() + 1)
                .append("indexBuilds", List.of())
                .append("totalIndexSize", indexSize)
                .append("totalSize", collection.dataSize() + indexSize)
                .append("indexSizes", indexSizes)
                .append("scaleFactor", 1);
        if (collection.isCapped()) {
            stats.append("max", collection.options().getOrDefault("max", -1L))
                    .append("maxSize", collection.options().get("size"));
        }
        return stats;
    }

    private static Document collStats(Context context) {
        Namespace namespace = context.namespace();
        Document reply = new Document("ns", namespace.full());
        StoredCollection collection = storage(context).find(namespace);
        if (collection == null) {
            return reply.append("size", 0)
                    .append("count", 0)
                    .append("storageSize", 0)
                    .append("nindexes", 0)
                    .append("totalIndexSize", 0)
                    .append("totalSize", 0)
                    .append("indexSizes", new Document());
        }
        reply.putAll(storageStats(collection));
        return reply;
    }

    private static Document dbStats(Context context) {
        long objects = 0;
        long size = 0;
        int indexes = 0;
        int views = 0;
        int collections = 0;
        for (StoredCollection collection : storage(context).collections(context.database())) {
            if (ViewGuard.isView(collection)) {
                views++;
                continue;
            }
            collections++;
            objects += collection.count();
            size += collection.dataSize();
            indexes += collection.indexes().size() + 1;
        }
        return new Document("db", context.database())
                .append("collections", collections)
                .append("views", views)
                .append("objects", objects)
                .append("avgObjSize", objects == 0 ? 0.0 : (double) size / objects)
                .append("dataSize", size)
                .append("storageSize", size)
                .append("indexes", indexes)
                .append("indexSize", objects * 32)
                .append("totalSize", size + objects * 32)
                .append("scaleFactor", 1L);
    }

    private static Document validate(Context context) {
        StoredCollection collection = storage(context).require(context.namespace());
        return new Document("ns", collection.namespace().full())
                .append("nInvalidDocuments", 0L)
                .append("nrecords", collection.count())
                .append("nIndexes", collection.indexes().size() + 1)
                .append("valid", true)
                .append("warnings", List.of())
                .append("errors", List.of());
    }
}
