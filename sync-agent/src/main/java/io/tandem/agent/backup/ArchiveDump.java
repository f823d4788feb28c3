package io.tandem.agent.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonInvalidOperationException;
import org.bson.BsonString;
import org.bson.RawBsonDocument;

/**
 * A file made by {@code mongodump --archive}, plain or with {@code --gzip}.
 *
 * <p>The format: the magic number; a block with the archive's header and one document ({@code db}, {@code collection}, {@code metadata},
 * {@code type}) per collection; then blocks with documents of one collection each, in any order and interleaved. A block is a header
 * document, documents, and the mark {@code ff ff ff ff}. A header with {@code EOF: true} ends a collection and carries the CRC-64 of its
 * documents, which is checked. An archive can only be read from front to end, so {@code parallel} has no effect.
 */
final class ArchiveDump implements DumpSource {

    static final int MAGIC = 0x8199e26d;
    static final int TERMINATOR = 0xffffffff;

    private final Path file;
    private final Map<String, DumpedCollection> byNamespace;

    private ArchiveDump(Path file, Map<String, DumpedCollection> byNamespace) {
        this.file = file;
        this.byNamespace = byNamespace;
    }

    static ArchiveDump open(Path file) throws IOException {
        try (BsonStream in = new BsonStream(DumpSource.unpacked(file), file.toString())) {
            Map<String, DumpedCollection> collections = readPrelude(in, file);
            if (collections.isEmpty()) {
                throw new BackupException("The archive " + file + " holds no collections.");
            }
            return new ArchiveDump(file, collections);
        }
    }

    private static Map<String, DumpedCollection> readPrelude(BsonStream in, Path file) throws IOException {
        if (in.nextLengthOrMark() != MAGIC) {
            throw new BackupException(
                    file
                            + " is not a mongodump archive (it does not begin with its magic number). A single .bson file is restored by naming the directory it is in.");
        }
        in.bodyOf(in.nextLengthOrMark()); // the versions of server and tool, of no consequence here
        Map<String, DumpedCollection> collections = new LinkedHashMap<>();
        for (int length = in.nextLengthOrMark(); length != TERMINATOR; length = in.nextLengthOrMark()) {
            addCollection(new RawBsonDocument(in.bodyOf(length)), collections);
        }
        return collections;
    }

    private static void addCollection(BsonDocument stored, Map<String, DumpedCollection> collections) {
        String database = stored.getString("db", new BsonString("")).getValue();
        String name = stored.getString("collection", new BsonString("")).getValue();
        if (database.isEmpty() || name.startsWith("$")) {
            return; // the oplog, and the users of the cluster
        }
        CollectionMetadata metadata = CollectionMetadata.parse(
                stored.getString("metadata", new BsonString("")).getValue(), name);
        collections.put(database + "." + name, new DumpedCollection(database, metadata, !metadata.isView()));
    }

    @Override
    public String description() {
        return "archive " + file;
    }

    @Override
    public List<DumpedCollection> collections() {
        return List.copyOf(byNamespace.values());
    }

    @Override
    public void stream(Predicate<DumpedCollection> wanted, int parallel, Sink sink) throws IOException {
        try (BsonStream in = new BsonStream(DumpSource.unpacked(file), file.toString())) {
            readPrelude(in, file);
            Map<String, Crc64> checksums = new HashMap<>();
            Set<String> ended = new HashSet<>();
            while (!in.atEnd()) {
                readBlock(in, wanted, sink, checksums, ended);
            }
            checksums.keySet().removeAll(ended);
            if (!checksums.isEmpty()) {
                throw new IOException("The archive " + file + " is cut off: it ends before the end of "
                        + String.join(", ", checksums.keySet()));
            }
            for (Map.Entry<String, DumpedCollection> collection : byNamespace.entrySet()) {
                if (!ended.contains(collection.getKey()) && wanted.test(collection.getValue())) {
                    if (collection.getValue().hasData()) {
                        throw new IOException("The archive " + file + " is cut off: it announces " + collection.getKey()
                                + " and ends before its documents");
                    }
                    sink.end(collection.getValue());
                }
            }
        }
    }

    private void readBlock(
            BsonStream in,
            Predicate<DumpedCollection> wanted,
            Sink sink,
            Map<String, Crc64> checksums,
            Set<String> ended)
            throws IOException {
        BsonDocument header = new RawBsonDocument(in.bodyOf(in.nextLengthOrMark()));
        String namespace = namespaceOf(header);
        Crc64 checksum = checksums.computeIfAbsent(namespace, name -> new Crc64());
        DumpedCollection collection = byNamespace.get(namespace);
        for (int length = in.nextLengthOrMark(); length != TERMINATOR; length = in.nextLengthOrMark()) {
            byte[] document = in.bodyOf(length);
            checksum.update(document);
            if (collection != null && wanted.test(collection)) {
                sink.document(collection, new RawBsonDocument(document));
            }
        }
        if (header.getBoolean("EOF", BsonBoolean.FALSE).getValue()) {
            long expected = header.getInt64("CRC", new BsonInt64(0)).getValue();
            if (expected != checksum.value()) {
                throw new IOException("The archive " + file + " is damaged: the documents of " + namespace
                        + " have another checksum than when they were dumped");
            }
            ended.add(namespace);
            if (collection != null && wanted.test(collection)) {
                sink.end(collection);
            }
        }
    }

    private String namespaceOf(BsonDocument header) throws IOException {
        try {
            String stored = header.getString("collection").getValue();
            return header.getString("db").getValue() + "." + DatabaseListing.withoutBucketsPrefix(stored);
        } catch (BsonInvalidOperationException wrong) {
            throw new IOException("The archive " + file + " is damaged: a block has no collection", wrong);
        }
    }
}
