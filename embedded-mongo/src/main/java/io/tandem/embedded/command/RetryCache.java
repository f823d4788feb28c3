package io.tandem.embedded.command;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.error.ServerError;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Replies of retryable writes by session and number, so that a repeated one is not executed again. Any thread. */
final class RetryCache {
    /** Sessions remembered; the least recently used are forgotten first. */
    private static final int MAX_SESSIONS = 10_000;

    /** The newest numbered write of a session; its reply is complete when it has run. */
    private record Attempt(long number, CompletableFuture<Document> reply) {}

    private final Map<String, Attempt> attempts = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Attempt> eldest) {
            return size() > MAX_SESSIONS;
        }
    };

    /** Runs the write, or waits for and repeats the reply of its first attempt. */
    Document once(String session, long number, Supplier<Document> write) {
        CompletableFuture<Document> mine = new CompletableFuture<>();
        CompletableFuture<Document> first = null;
        synchronized (attempts) {
            Attempt known = attempts.get(session);
            if (known != null && known.number > number) {
                throw new ServerError(
                        225,
                        "Retryable write with txnNumber " + number
                                + " is prohibited on session because a newer retryable write with txnNumber "
                                + known.number + " has already started on this session.");
            }
            if (known != null && known.number == number) {
                first = known.reply;
            } else {
                attempts.put(session, new Attempt(number, mine));
            }
        }
        if (first != null) {
            return first.join().clone();
        }
        try {
            Document reply = write.get();
            mine.complete(reply.clone());
            return reply;
        } catch (RuntimeException | Error e) {
            synchronized (attempts) {
                attempts.remove(session);
            }
            mine.complete(
                    e instanceof ServerError error
                            ? error.toReply()
                            : new Document("ok", 0.0)
                                    .append("errmsg", "the first attempt failed")
                                    .append("code", 1));
            throw e;
        }
    }
}
