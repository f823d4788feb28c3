package io.tandem.embedded.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.bson.BsonEncoder;
import io.tandem.embedded.bson.Content;
import io.tandem.embedded.error.ServerError;
import io.tandem.embedded.log.ChangeLog;
import io.tandem.embedded.log.LogEntry;
import io.tandem.embedded.log.Namespace;
import io.tandem.embedded.log.ServerClock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A change that cannot be written to the disk was not made: neither readers nor change streams ever see it afterwards. */
class FailedWriteTest {
    private final Storage storage = new Storage(new ChangeLog(new ServerClock(), 100, 1_000_000), true);
    private final FullDisk disk = new FullDisk();
    private StoredCollection collection;

    /** A disk that can be full. */
    private static final class FullDisk implements Journal {
        private boolean full;

        @Override
        public void changes(List<LogEntry> placed) {
            if (full) {
                throw new ServerError(ServerError.OUT_OF_DISK_SPACE, "full");
            }
        }

        @Override
        public void collection(StoredCollection created) {
            // only changes are of interest
        }

        @Override
        public void evicted(StoredCollection from, StoredRecord record) {
            // only changes are of interest
        }

        @Override
        public void sync() {
            // only changes are of interest
        }

        @Override
        public boolean isRewriteDue() {
            return false;
        }

        @Override
        public void rewrite() {
            // only changes are of interest
        }

        @Override
        public void close() {
            // only changes are of interest
        }
    }

    @BeforeEach
    void twoDocuments() {
        storage.useJournal(disk);
        collection = storage.create(new Namespace("d", "c"), new Document());
        storage.createIndex(
                collection,
                IndexSpec.parse(new Document("key", new Document("k", 1))
                        .append("name", "k_1")
                        .append("unique", true)));
        write(writer -> insert(writer, 1, "a"));
        write(writer -> insert(writer, 2, "b"));
    }

    private interface Change {
        void by(Writer writer);
    }

    private void write(Change change) {
        change.by(new ImmediateWriter(storage));
    }

    private void transaction(Change change) {
        TransactionWriter writer =
                new TransactionWriter(storage, new LogEntry.Origin(BsonEncoder.encode(new Document("id", 1)), 1, -1));
        change.by(writer);
        writer.commit();
    }

    private static Document document(int id, String k) {
        return new Document("_id", id).append("k", k);
    }

    private static Content content(int id, String k) {
        return new Content(BsonEncoder.encode(document(id, k)));
    }

    private void insert(Writer writer, int id, String k) {
        writer.insert(collection, content(id, k));
    }

    private void replace(Writer writer, int id, String k) {
        writer.replace(collection, record(id), content(id, k), null);
    }

    private StoredRecord record(int id) {
        return java.util.Objects.requireNonNull(collection.byKey(collection.key(id)));
    }

    private void assertUnchanged() {
        assertThat(collection.count()).isEqualTo(2);
        assertThat(record(1).bytes()).isEqualTo(BsonEncoder.encode(document(1, "a")));
        assertThat(record(2).bytes()).isEqualTo(BsonEncoder.encode(document(2, "b")));
        assertThat(collection.dataSize())
                .isEqualTo(record(1).bytes().length + record(2).bytes().length);
        assertThat(storage.log().size()).isEqualTo(2);
        SecondaryIndex index = collection.indexes().get(0);
        assertThat(index.candidates("a")).containsExactly(record(1));
        assertThat(index.candidates("b")).containsExactly(record(2));
        assertThat(index.size()).isEqualTo(2);
    }

    @Test
    void aSingleChangeIsTakenBack() {
        disk.full = true;
        for (Change change : List.<Change>of(
                writer -> insert(writer, 3, "c"),
                writer -> replace(writer, 1, "z"),
                writer -> writer.delete(collection, record(2)))) {
            assertThatThrownBy(() -> write(change)).isInstanceOf(ServerError.class);
            assertUnchanged();
        }
        disk.full = false;
        write(writer -> insert(writer, 3, "z"));
        assertThat(collection.count()).isEqualTo(3);
    }

    @Test
    void aTransactionIsTakenBackAsAWhole() {
        disk.full = true;
        assertThatThrownBy(() -> transaction(writer -> {
                    insert(writer, 3, "c");
                    replace(writer, 1, "z");
                    writer.delete(collection, record(2));
                }))
                .isInstanceOf(ServerError.class);
        assertUnchanged();
        disk.full = false;
        transaction(writer -> insert(writer, 3, "z"));
        assertThat(collection.count()).isEqualTo(3);
    }
}
