package io.tandem.agent.backup;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/** A new file that is written once, perhaps compressed, while its length and SHA-256 are taken. One thread. */
final class HashedFile implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 * 1024;

    private final Path file;
    private final MessageDigest digest = sha256();
    private final OutputStream out;
    private boolean closed;

    /** @throws java.nio.file.FileAlreadyExistsException when the file exists */
    HashedFile(Path file, boolean gzip) throws IOException {
        this.file = file;
        OutputStream hashed =
                new DigestOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW), digest);
        this.out = gzip
                ? new BufferedOutputStream(new GZIPOutputStream(hashed, BUFFER_BYTES), BUFFER_BYTES)
                : new BufferedOutputStream(hashed, BUFFER_BYTES);
    }

    void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
    }

    /** Closes it and says what was written. */
    Manifest.File finish(Path root) throws IOException {
        close();
        String path = root.relativize(file).toString().replace('\\', '/');
        return new Manifest.File(path, Files.size(file), HexFormat.of().formatHex(digest.digest()));
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            out.close();
        }
    }

    /** The SHA-256 of a file in hexadecimal digits. */
    static String sha256Of(Path file) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java platform has SHA-256", impossible);
        }
    }
}
