package io.tandem.embedded.store;

import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonDecoder;
import io.tandem.embedded.log.LogEntry;
import io.tandem.embedded.log.Namespace;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads a journal back into an empty storage. One thread, used once. */
final class JournalReader {
    private static final int MAX_FRAME = 1 << 30;

    private final Storage storage;
    private final Map<UUID, StoredCollection> collections = new HashMap<>();

    private JournalReader(Storage storage) {
        this.storage = storage;
    }

    /** Loads the file; returns where its last whole frame ends. */
    static long load(Path file, Storage storage) throws IOException {
        JournalReader reader = new JournalReader(storage);
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 20))) {
            if (Files.size(file) < 8) {
                return 0;
            }
            long magic = in.readLong();
            if (magic != DiskJournal.MAGIC) {
                throw new IOException("The journal " + file
                        + " was written by another version of the embedded server; move it away to start empty.");
            }
            long end = 8;
            for (byte[] frame = frame(in); frame != null; frame = frame(in)) {
                reader.apply(BsonDecoder.decode(frame));
                end += frame.length + 8L;
            }
            requireTornAtMost(file, end);
            return end;
        }
    }

    /** Refuses to cut off more than the last write, which is all that the end of a process or machine can have left incomplete. */
    private static void requireTornAtMost(Path file, long end) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long left = in.length() - end;
            if (left < 8) {
                return;
            }
            in.seek(end);
            int length = in.readInt();
            boolean incomplete = length >= 5 && length <= MAX_FRAME && left <= length + 8L;
            boolean neverWritten = length == 0 && onlyZeros(in);
            if (!incomplete && !neverWritten) {
                throw new IOException("The journal " + file + " is damaged at byte " + end + ", " + left
                        + " bytes before its end. Restore the file from a copy, or move it away to start empty.");
            }
        }
    }

    private static boolean onlyZeros(RandomAccessFile in) throws IOException {
        byte[] chunk = new byte[1 << 16];
        for (int read = in.read(chunk); read > 0; read = in.read(chunk)) {
            for (int i = 0; i < read; i++) {
                if (chunk[i] != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private static byte @Nullable [] frame(DataInputStream in) throws IOException {
        try {
            int length = in.readInt();
            int expected = in.readInt();
            if (length < 5 || length > MAX_FRAME) {
                return null;
            }
            byte[] content = in.readNBytes(length);
            CRC32C crc = new CRC32C();
            crc.update(content);
            return content.length == length && (int) crc.getValue() == expected ? content : null;
        } catch (EOFException e) {
            return null;
        }
    }

    private void apply(Document record) {
        switch ((String) Objects.requireNonNull(record.get("k"))) {
            case "changes" -> list(record, "e").forEach(each -> change((Document) each));
            case "collection" -> collection(record);
            case "documents" -> {
                StoredCollection collection = Objects.requireNonNull(collections.get((UUID) record.get("id")));
                for (Object each : list(record, "d")) {
                    insert(collection, ((BinData) each).getData());
                }
            }
            case "evicted" -> {
                StoredCollection collection = Objects.requireNonNull(collections.get((UUID) record.get("id")));
                byte[] gone = ((BinData) Objects.requireNonNull(record.get("a"))).getData();
                collection.delete(Objects.requireNonNull(collection.byKey(collection.keyOf(gone))));
            }
            case "log" ->
                list(record, "e").forEach(each -> storage.log().restore(JournalRecords.read((Document) each, null)));
            case "clock" -> storage.log().restoreClock(JournalRecords.need(record, "t", Long.class));
            case "floor" ->
                storage.log()
                        .restoreFloor(
                                JournalRecords.need(record, "t", Long.class),
                                JournalRecords.need(record, "trimmed", Boolean.class));
            default -> throw new IllegalStateException("unknown journal record " + record.get("k"));
        }
    }

    private static List<?> list(Document record, String field) {
        return (List<?>) Objects.requireNonNull(record.get(field));
    }

    private void collection(Document record) {
        UUID uuid = (UUID) Objects.requireNonNull(record.get("id"));
        Document options = (Document) Objects.requireNonNull(record.get("options"));
        StoredCollection collection = collections.get(uuid);
        if (collection == null) {
            collection = new StoredCollection(
                    Namespace.parse((String) Objects.requireNonNull(record.get("ns"))), uuid, options);
            collections.put(uuid, collection);
            storage.put(collection);
        } else {
            collection.setOptions(options);
        }
        List<String> wanted = list(record, "indexes").stream()
                .map(each -> String.valueOf(((Document) each).get("name")))
                .toList();
        List<SecondaryIndex> existing = List.copyOf(collection.indexes());
        for (SecondaryIndex index : existing) {
            if (!wanted.contains(index.spec().name())) {
                collection.dropIndex(index.spec().name());
            }
        }
        for (Object each : list(record, "indexes")) {
            collection.createIndex(IndexSpec.parse((Document) each));
        }
    }

    private static void insert(StoredCollection collection, byte[] bytes) {
        collection.restore(new StoredRecord(collection.nextNumber(), collection.keyOf(bytes), bytes));
    }

    private void change(Document from) {
        StoredCollection collection = collections.get((UUID) Objects.requireNonNull(from.get("c")));
        LogEntry entry = JournalRecords.read(from, null);
        byte[] key = entry.documentKey();
        byte[] before = null;
        if (key != null) {
            StoredCollection target = Objects.requireNonNull(collection);
            StoredRecord record = target.byKey(target.keyOf(key));
            byte[] after = entry.after();
            if (record == null) {
                insert(target, Objects.requireNonNull(after));
            } else {
                before = record.bytes();
                if (after == null) {
                    target.delete(record);
                } else {
                    target.restore(record, after);
                }
            }
        } else if (collection != null && entry.kind() == LogEntry.Kind.DROP) {
            storage.remove(collection);
        } else if (collection != null && entry.kind() == LogEntry.Kind.RENAME) {
            Namespace name = Objects.requireNonNull(entry.target());
            StoredCollection old = storage.find(name);
            if (old != null) {
                storage.remove(old);
            }
            storage.remove(collection);
            collection.rename(name);
            storage.put(collection);
        }
        storage.log().restore(before == null ? entry : JournalRecords.read(from, before));
    }
}
