package io.tandem.agent.backup;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import org.bson.RawBsonDocument;

/** A dump that can be read several times: a directory or an archive, plain or compressed. One thread calls it. */
sealed interface DumpSource permits DirectoryDump, ArchiveDump {

    int BUFFER_BYTES = 64 * 1024;

    /**
     * Opens whatever is at a path.
     *
     * @throws BackupException when it is not a dump
     */
    static DumpSource open(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return DirectoryDump.open(path);
        }
        if (Files.isRegularFile(path)) {
            return ArchiveDump.open(path);
        }
        throw new BackupException(
                "There is nothing at " + path
                        + ". Name a directory made by 'tandem backup' or 'mongodump --out', or a file made by 'mongodump --archive'.");
    }

    /** What it is, for messages. */
    String description();

    /** What it holds. */
    List<DumpedCollection> collections();

    /**
     * Hands over the documents of the collections that are wanted.
     *
     * @param parallel how many collections at once; a source may do fewer
     * @param sink called from one thread at a time for each collection
     */
    void stream(Predicate<DumpedCollection> wanted, int parallel, Sink sink) throws IOException;

    /** Takes documents. */
    interface Sink {
        void document(DumpedCollection collection, RawBsonDocument document) throws IOException;

        /** All documents of the collection were handed over. */
        void end(DumpedCollection collection) throws IOException;
    }

    /**
     * A collection in a dump.
     *
     * @param database its database when it was dumped
     * @param metadata its name, options and indexes
     * @param hasData whether the dump has documents of it
     */
    record DumpedCollection(String database, CollectionMetadata metadata, boolean hasData) {
        String name() {
            return metadata.collection();
        }
    }

    /** A buffered stream that unpacks the file when it is compressed. Supports marks. */
    static InputStream unpacked(Path file) throws IOException {
        BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        in.mark(2);
        boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return gzip ? new BufferedInputStream(new GZIPInputStream(in, BUFFER_BYTES), BUFFER_BYTES) : in;
    }
}
