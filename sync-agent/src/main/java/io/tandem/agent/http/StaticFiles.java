package io.tandem.agent.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The dashboard's files from the class path. Any thread. Files are read once and kept; there are few of them. */
final class StaticFiles {
    private static final String BASE = "/dashboard";
    private static final int FILES_MAX = 500;

    private static final Map<String, String> MEDIA_TYPES = Map.ofEntries(
            Map.entry("html", "text/html;charset=utf-8"),
            Map.entry("css", "text/css;charset=utf-8"),
            Map.entry("js", "text/javascript;charset=utf-8"),
            Map.entry("mjs", "text/javascript;charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("webmanifest", "application/manifest+json"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("txt", "text/plain;charset=utf-8"));

    private final Map<String, Optional<LoadedFile>> loaded = new ConcurrentHashMap<>();

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record LoadedFile(byte[] bytes, String mediaType, String tag) {}

    /** The file behind a path; {@code /} is {@code index.html}. */
    Optional<Reply> find(String path, Optional<String> ifNoneMatch) {
        String name = path.endsWith("/") ? path + "index.html" : path;
        if (!name.matches("(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*){1,6}") || loaded.size() > FILES_MAX) {
            return Optional.empty();
        }
        return file(name).map(file -> reply(file, ifNoneMatch));
    }

    private Optional<LoadedFile> file(String name) {
        String extension = name.substring(name.lastIndexOf('.') + 1);
        return MEDIA_TYPES.containsKey(extension) ? loaded.computeIfAbsent(name, StaticFiles::load) : Optional.empty();
    }

    private static Reply reply(LoadedFile file, Optional<String> ifNoneMatch) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("ETag", file.tag());
        // Asked for every time but sent only when it changed: an update of Tandem is seen at the next load.
        headers.put("Cache-Control", "no-cache");
        boolean same = ifNoneMatch.map(tags -> tags.contains(file.tag())).orElse(false);
        return same
                ? new Reply.Content(304, "", new byte[0], headers)
                : new Reply.Content(200, file.mediaType(), file.bytes(), headers);
    }

    private static Optional<LoadedFile> load(String name) {
        try (InputStream in = StaticFiles.class.getResourceAsStream(BASE + name)) {
            if (in == null) {
                return Optional.empty();
            }
            byte[] bytes = in.readAllBytes();
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            String extension = name.substring(name.lastIndexOf('.') + 1);
            return Optional.of(new LoadedFile(
                    bytes,
                    MEDIA_TYPES.getOrDefault(extension, "application/octet-stream"),
                    "\"" + HexFormat.of().formatHex(hash, 0, 12) + "\""));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("Cannot read the resource " + name, unreadable);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this Java has no SHA-256", impossible);
        }
    }
}
