package io.tandem.agent.backup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Builds files byte by byte, from the published format and not with the code under test. */
final class Bytes {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Bytes int32(int value) {
        for (int shift = 0; shift < 32; shift += 8) {
            out.write(value >>> shift);
        }
        return this;
    }

    Bytes int64(long value) {
        for (int shift = 0; shift < 64; shift += 8) {
            out.write((int) (value >>> shift));
        }
        return this;
    }

    Bytes raw(int... values) {
        for (int value : values) {
            out.write(value);
        }
        return this;
    }

    Bytes bytes(byte[] values) {
        out.writeBytes(values);
        return this;
    }

    Bytes cString(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        out.write(0);
        return this;
    }

    /** A string element: type 02, name, length with the closing zero, text. */
    Bytes string(String name, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        return raw(0x02).cString(name).int32(text.length + 1).cString(value);
    }

    Bytes intField(String name, int value) {
        return raw(0x10).cString(name).int32(value);
    }

    Bytes longField(String name, long value) {
        return raw(0x12).cString(name).int64(value);
    }

    Bytes booleanField(String name, boolean value) {
        return raw(0x08).cString(name).raw(value ? 1 : 0);
    }

    /** What was added so far as a document: its length, its elements, a zero. */
    byte[] document() {
        byte[] elements = out.toByteArray();
        return new Bytes().int32(elements.length + 5).bytes(elements).raw(0).toArray();
    }

    byte[] toArray() {
        return out.toByteArray();
    }

    void writeTo(Path file) {
        write(file, toArray());
    }

    static void write(Path file, byte[] content) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, content);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(content);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return packed.toByteArray();
    }
}
