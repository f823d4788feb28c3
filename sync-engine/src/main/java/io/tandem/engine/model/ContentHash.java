package io.tandem.engine.model;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The first 128 bits of the SHA-256 of a document's BSON bytes without its sync metadata, or {@link #DELETED} for no
 * document. Cryptographic, because equal hashes mean "nothing to do": nobody may be able to construct two documents that
 * would never be synced with each other.
 *
 * @param high bits 0 to 63 of the digest
 * @param low bits 64 to 127 of the digest
 */
public record ContentHash(long high, long low) {
    /** Stands for "there is no document". */
    public static final ContentHash DELETED = new ContentHash(0, 0);

    /** Length of {@link #toBytes()}. */
    public static final int BYTES = 16;

    private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(ContentHash::newDigest);

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The hash of {@code length} bytes from {@code offset}. */
    public static ContentHash of(byte[] bytes, int offset, int length) {
        MessageDigest digest = DIGEST.get();
        digest.update(bytes, offset, length);
        return fromBytes(digest.digest());
    }

    /** The hash of an encoded document, at the beginning of an array, as it would be without that element. */
    public static ContentHash ofWithout(byte[] document, int size, BsonBytes.Range element) {
        int length = size - element.length();
        MessageDigest digest = DIGEST.get();
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            digest.update((byte) (length >> shift));
        }
        digest.update(document, Integer.BYTES, element.start() - Integer.BYTES);
        digest.update(document, element.end(), size - element.end());
        return fromBytes(digest.digest());
    }

    public static ContentHash of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    /** Reads back {@link #toBytes()}; further bytes are ignored. */
    public static ContentHash fromBytes(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new ContentHash(buffer.getLong(), buffer.getLong());
    }

    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
    }

    public boolean isDeleted() {
        return equals(DELETED);
    }

    @Override
    public String toString() {
        return isDeleted() ? "deleted" : HexFormat.of().formatHex(toBytes());
    }
}
