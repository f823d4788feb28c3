package io.tandem.agent.backup;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * How mongodump turns collection names into file names. Pure.
 *
 * <p>The name is encoded as in a URL query; when that is longer than 238 characters, it is cut after 208 and followed by {@code %24} and the
 * SHA-1 of the whole name in URL-safe Base64. The whole name of such a file is in its metadata only.
 */
final class DumpNames {

    static final String DATA = ".bson";
    static final String METADATA = ".metadata.json";
    static final String GZIP = ".gz";
    static final String PRELUDE = "prelude.json";

    private static final int ENCODED_LENGTH_MAX = 238;
    private static final int CUT_AFTER = 208;
    private static final String CUT_MARK = "%24";

    private DumpNames() {}

    /** The file name without extension. */
    static String fileNameOf(String collection) {
        // URLEncoder leaves '*' and encodes '~'; Go's QueryEscape does the opposite.
        String encoded = URLEncoder.encode(collection, StandardCharsets.UTF_8)
                .replace("*", "%2A")
                .replace("%7E", "~");
        if (encoded.length() <= ENCODED_LENGTH_MAX) {
            return encoded;
        }
        String hash = Base64.getUrlEncoder().withoutPadding().encodeToString(sha1(collection));
        return encoded.substring(0, CUT_AFTER) + CUT_MARK + hash;
    }

    /** Whether only the metadata file knows the whole name. */
    static boolean isCut(String fileName) {
        return fileName.length() == ENCODED_LENGTH_MAX && fileName.contains(CUT_MARK);
    }

    /** The collection of a file name without extension that {@link #isCut} denies. */
    static String collectionOf(String fileName) {
        return URLDecoder.decode(fileName, StandardCharsets.UTF_8);
    }

    private static byte[] sha1(String text) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java platform has SHA-1", impossible);
        }
    }
}
