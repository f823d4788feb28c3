package io.tandem.embedded.bson;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes written as capital hexadecimal digits. One thread. */
public final class HexText {
    private static final byte[] DIGITS = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'
    };

    private byte[] text;
    private int size;

    /** An empty text with room for so many bytes. */
    public HexText(int bytes) {
        text = new byte[2 * bytes];
    }

    /** Appends the lowest eight bits. */
    public HexText int8(int value) {
        if (size + 2 > text.length) {
            text = Arrays.copyOf(text, 2 * size + 2);
        }
        text[size++] = DIGITS[value >> 4 & 0xf];
        text[size++] = DIGITS[value & 0xf];
        return this;
    }

    /** Appends eight bytes, the highest first. */
    public HexText int64(long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            int8((int) (value >>> shift));
        }
        return this;
    }

    public HexText literal(byte[] bytes) {
        for (byte b : bytes) {
            int8(b);
        }
        return this;
    }

    @Override
    public String toString() {
        return new String(text, 0, size, StandardCharsets.ISO_8859_1);
    }
}
