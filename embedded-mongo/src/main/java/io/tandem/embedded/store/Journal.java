package io.tandem.embedded.store;

import io.tandem.embedded.log.LogEntry;
import java.util.List;

/** Where changes go so that they survive the process. Called only by the holder of the write gate, except {@link #sync}. */
public interface Journal {
    /** Keeps nothing: the store lives in memory only. */
    Journal NONE = new Journal() {
        @Override
        public void changes(List<LogEntry> placed) {
            // memory only
        }

        @Override
        public void collection(StoredCollection collection) {
            // memory only
        }

        @Override
        public void evicted(StoredCollection collection, StoredRecord record) {
            // memory only
        }

        @Override
        public void sync() {
            // memory only
        }

        @Override
        public boolean isRewriteDue() {
            return false;
        }

        @Override
        public void rewrite() {
            // memory only
        }

        @Override
        public void close() {
            // memory only
        }
    };

    /** Writes changes, all or none; after this they survive the end of the process. */
    void changes(List<LogEntry> placed);

    /** Writes the name, options and indexes of a collection. */
    void collection(StoredCollection collection);

    /** Writes that a record is gone without being logged. */
    void evicted(StoredCollection collection, StoredRecord record);

    /** Waits until everything written so far survives a power failure too. */
    void sync();

    /** Whether much of the journal is no longer needed. Any thread. */
    boolean isRewriteDue();

    /** Makes the journal smaller; called outside of any change. */
    void rewrite();

    void close();
}
