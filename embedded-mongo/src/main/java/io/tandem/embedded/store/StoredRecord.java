package io.tandem.embedded.store;

import io.tandem.embedded.bson.KeyString;

/** One stored document. Any thread reads; only the holder of the write gate replaces the bytes, always as a whole. */
public final class StoredRecord {
    private final long number;
    private final KeyString key;
    private volatile byte[] bytes;

    public StoredRecord(long number, KeyString key, byte[] bytes) {
        this.number = number;
        this.key = key;
        this.bytes = bytes;
    }

    /** Place in insertion order. */
    public long number() {
        return number;
    }

    /** Key of the `_id`. */
    public KeyString key() {
        return key;
    }

    /** The document as it is now; the array is never changed. */
    public byte[] bytes() {
        return bytes;
    }

    void replace(byte[] newBytes) {
        bytes = newBytes;
    }
}
