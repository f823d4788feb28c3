package io.tandem.agent.service;

import com.mongodb.MongoException;
import com.mongodb.MongoSecurityException;
import io.tandem.agent.config.MongoUri;
import io.tandem.agent.text.Masking;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One short look at both databases before the agent starts, in parallel. */
public final class StartCheck {
    private static final Logger LOG = LoggerFactory.getLogger(StartCheck.class);
    private static final int UNAUTHORIZED = 13;
    private static final int AUTHENTICATION_FAILED = 18;

    private StartCheck() {}

    /** How one side answered. */
    public enum Answer {
        OK,
        /** Not fatal: the agent keeps trying. */
        UNREACHABLE,
        /** Fatal: trying again does not help. */
        REFUSED
    }

    /**
     * What was seen.
     *
     * @param message for the operator: what was tried, what was seen, what to do
     */
    public record Finding(Answer answer, String message) {}

    /**
     * Asks both sides and waits for a moment.
     *
     * @param late hears, from another thread, what a side answers after that moment
     * @return local first; what did not answer in time counts as unreachable
     */
    static List<Finding> of(
            DatabaseAccess local,
            MongoUri localUri,
            DatabaseAccess hub,
            MongoUri hubUri,
            long waitMillis,
            Consumer<Finding> late) {
        CompletableFuture<Finding> one = inBackground(() -> check(local, "MONGODB_URI", localUri));
        CompletableFuture<Finding> other = inBackground(() -> check(hub, "MONGODB_ATLAS_URI", hubUri));
        CompletableFuture<Void> both = CompletableFuture.allOf(one, other).whenComplete((done, failed) -> {
            local.close();
            hub.close();
        });
        both.copy().completeOnTimeout(null, waitMillis, TimeUnit.MILLISECONDS).join();
        return List.of(soFar(one, silent(local, localUri), late), soFar(other, silent(hub, hubUri), late));
    }

    private static Finding soFar(CompletableFuture<Finding> check, Finding silent, Consumer<Finding> late) {
        if (check.isDone()) {
            return check.join();
        }
        CompletableFuture<Void> told = check.thenAccept(late);
        LOG.debug("An answer is still to come: {}", told);
        return silent;
    }

    private static CompletableFuture<Finding> inBackground(java.util.function.Supplier<Finding> check) {
        CompletableFuture<Finding> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(check.get());
                    } catch (RuntimeException failed) {
                        result.complete(
                                new Finding(Answer.UNREACHABLE, Masking.patterns(String.valueOf(failed.getMessage()))));
                    }
                },
                "tandem-start-check");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private static Finding silent(DatabaseAccess side, MongoUri uri) {
        return new Finding(
                Answer.UNREACHABLE,
                "Cannot reach " + side.label() + " (" + uri.masked()
                        + ") yet: no answer so far. Tandem starts all the same and keeps trying.");
    }

    private static Finding check(DatabaseAccess side, String variable, MongoUri uri) {
        try {
            side.database().runCommand(new BsonDocument("ping", new BsonInt32(1)));
            // A ping needs no login everywhere; listing names does.
            side.database().listCollectionNames().batchSize(1).first();
            return new Finding(Answer.OK, "Reached " + side.label() + " (" + uri.masked() + ").");
        } catch (MongoSecurityException refused) {
            return refused(side, variable, uri, "the user name or password was refused");
        } catch (MongoException failed) {
            if (failed.getCode() == UNAUTHORIZED || failed.getCode() == AUTHENTICATION_FAILED) {
                return refused(
                        side, variable, uri, "the server asks for a login, or the user lacks the privilege readWrite");
            }
            return new Finding(
                    Answer.UNREACHABLE,
                    "Cannot reach " + side.label() + " (" + uri.masked() + "): " + reason(failed)
                            + ". Tandem starts all the same and keeps trying; changes are kept and sent later.");
        } catch (ServiceException unresolved) {
            return new Finding(
                    Answer.UNREACHABLE, unresolved.getMessage() + " Tandem starts all the same and keeps trying.");
        }
    }

    private static Finding refused(DatabaseAccess side, String variable, MongoUri uri, String why) {
        return new Finding(
                Answer.REFUSED,
                "Cannot log in to " + side.label() + " (" + uri.masked() + "): " + why + ". Correct " + variable
                        + " (a password with @ : / must be URL-encoded), or grant the privilege, and start again.");
    }

    private static String reason(MongoException failed) {
        String text = first(failed.getMessage());
        return failed.getClass().getSimpleName() + (text.isEmpty() ? "" : " " + Masking.patterns(text));
    }

    private static String first(@Nullable String message) {
        if (message == null) {
            return "";
        }
        int end = message.indexOf(". ");
        String sentence = end < 0 ? message : message.substring(0, end);
        return sentence.length() > 160 ? sentence.substring(0, 160) + "..." : sentence;
    }
}
