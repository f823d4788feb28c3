package io.tandem.embedded.bson;

import java.util.Arrays;

/**
 * A value that the server stores, compares and returns byte by byte but never looks into: binary subtypes other than 0 and
 * 4, undefined, symbol, DBPointer and code with scope. Any thread; the bytes must not be changed.
 *
 * @param type the BSON type number
 * @param raw the bytes of the value as they stand in a document
 */
@SuppressWarnings("ArrayRecordComponent")
public record OpaqueBson(byte type, byte[] raw) {

    @Override
    public boolean equals(Object other) {
        return other instanceof OpaqueBson that && type == that.type && Arrays.equals(raw, that.raw);
    }

    @Override
    public int hashCode() {
        return 31 * type + Arrays.hashCode(raw);
    }

    @Override
    public String toString() {
        return "OpaqueBson[type=" + type + ", bytes=" + raw.length + "]";
    }
}
