package io.tandem.embedded.bson;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Field names that were decoded lately: the same few come again with every document, and a known one need neither be copied nor hashed
 * again. Any thread; two that meet at one place forget each other's name, which costs a copy.
 */
final class FieldNames {
    private static final int PLACES = 1024;
    /** Longer names are rather data. */
    private static final int LENGTH_MAX = 40;

    private static final @Nullable String[] KNOWN = new @Nullable String[PLACES];

    private FieldNames() {}

    /** The name that these bytes are in UTF-8. */
    static String of(byte[] bytes, int start, int end) {
        int length = end - start;
        if (length > LENGTH_MAX) {
            return new String(bytes, start, length, StandardCharsets.UTF_8);
        }
        int hash = length;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + bytes[i];
        }
        int place = (hash ^ (hash >>> 15)) & (PLACES - 1);
        String known = KNOWN[place];
        if (known != null && equal(known, bytes, start, length)) {
            return known;
        }
        String name = new String(bytes, start, length, StandardCharsets.UTF_8);
        KNOWN[place] = name;
        return name;
    }

    /** Whether the bytes are this name; of names that are not ASCII it says no. */
    private static boolean equal(String name, byte[] bytes, int start, int length) {
        if (name.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            byte b = bytes[start + i];
            if (b < 0 || name.charAt(i) != b) {
                return false;
            }
        }
        return true;
    }
}
