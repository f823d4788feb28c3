package io.tandem.agent.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a call is answered with. */
sealed interface Reply {

    int status();

    Map<String, String> headers();

    /** A view as JSON. */
    record View(int status, Object view, Map<String, String> headers) implements Reply {}

    /** Ready bytes. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Content(int status, String mediaType, byte[] bytes, Map<String, String> headers) implements Reply {}

    /** Bytes that keep coming until the writer returns. */
    record Stream(String mediaType, Writer writer, Map<String, String> headers) implements Reply {
        @Override
        public int status() {
            return 200;
        }
    }

    /** Writes a stream; returns when it ends. */
    interface Writer {
        void write(OutputStream out) throws IOException;
    }

    static Reply ok(Object view) {
        return new View(200, view, Map.of());
    }

    static Reply of(int status, Object view) {
        return new View(status, view, Map.of());
    }

    static Reply empty(int status) {
        return new Content(status, "", new byte[0], Map.of());
    }

    static Reply text(String mediaType, String text) {
        return new Content(200, mediaType, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }
}
