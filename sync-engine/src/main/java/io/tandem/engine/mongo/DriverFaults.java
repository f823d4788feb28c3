package io.tandem.engine.mongo;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoClientException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoConfigurationException;
import com.mongodb.MongoConnectionPoolClearedException;
import com.mongodb.MongoException;
import com.mongodb.MongoExecutionTimeoutException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoServerUnavailableException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.Side;
import io.tandem.engine.write.Outcome;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonMaximumSizeExceededException;

/**
 * The one place that says what a driver's exception means: by its type, its code and its labels, never by its text. Stateless.
 *
 * <p>Codes are those of the server's {@code error_codes.yml}. A code that is not listed here is {@link FaultCode#UNKNOWN},
 * and unknown never triggers anything expensive or destructive.
 */
final class DriverFaults {
    static final int UNAUTHORIZED = 13;
    static final int INVALID_RESUME_TOKEN = 260;
    static final int CHANGE_STREAM_FATAL = 280;
    static final int COMMAND_NOT_FOUND = 59;
    static final int NAMESPACE_NOT_FOUND = 26;
    static final int INDEX_OPTIONS_CONFLICT = 85;
    static final int INDEX_KEY_SPECS_CONFLICT = 86;

    /** The server forgot what happened since the position: older than the oplog, overrun, or a shard that is gone. */
    private static final Set<Integer> HISTORY_LOST = Set.of(286, 136, 40576, 40585, 50792, 464);
    /** Malformed, foreign or too new a token, or one that this kind of resume does not take. */
    private static final Set<Integer> INVALID_POSITION =
            Set.of(INVALID_RESUME_TOKEN, CHANGE_STREAM_FATAL, 9, 40646, 40647, 40648, 40649, 50795, 50796);
    /** A token of which only the form is at fault; its time may still be good. */
    private static final Set<Integer> REOPEN_BY_TIME =
            Set.of(INVALID_RESUME_TOKEN, CHANGE_STREAM_FATAL, 40585, 50792, 50795);
    /** Not primary, shutting down, host or network trouble, out of time: it goes away. */
    private static final Set<Integer> UNREACHABLE = Set.of(
            6, 7, 43, 50, 63, 64, 74, 79, 83, 84, 89, 91, 100, 112, 133, 134, 150, 175, 189, 202, 234, 237, 262, 290,
            317, 357, 358, 365, 384, 462, 9001, 10058, 10107, 11600, 11602, 13388, 13435, 13436);

    private static final Set<Integer> NOT_AUTHORIZED = Set.of(UNAUTHORIZED, 8000);
    private static final Set<Integer> AUTHENTICATION = Set.of(11, 18, 33, 334, 391);
    /** Document too large for the server, for a command, or for the log of changes. */
    private static final Set<Integer> TOO_LARGE = Set.of(10334, 17280, 17419, 17420);
    /** Types, names, paths and nesting that a server does not store. */
    private static final Set<Integer> UNSUPPORTED_DOCUMENT =
            Set.of(2, 14, 15, 16, 22, 28, 52, 53, 54, 55, 56, 57, 66, 16410, 16412, 16755, 16756, 17034, 40390);
    /** Views, time series, capped and internal collections. */
    private static final Set<Integer> IMMUTABLE_COLLECTION = Set.of(20, 73, 101, 115, 166, 10003);

    private static final int DOCUMENT_VALIDATION = 121;
    private static final int STANDALONE = 40573;

    private DriverFaults() {}

    /** What an exception of the driver means to an engine; other exceptions come back as they are. */
    static RuntimeException translate(Side side, String attempt, RuntimeException failure) {
        if (failure instanceof SyncException) {
            return failure;
        }
        if (failure instanceof MongoInterruptedException) {
            Thread.currentThread().interrupt();
        }
        if (!(failure instanceof MongoException) && !(failure instanceof BsonMaximumSizeExceededException)) {
            return failure;
        }
        FaultCode code = codeOf(side, failure);
        return new SyncException(code, message(side, attempt, failure, code), failure);
    }

    /**
     * The same for a change stream, where a document that is too large is not ours to refuse: the stream ends at an event that the
     * server cannot send, and would end there again and again.
     */
    static RuntimeException translateOfFeed(Side side, String attempt, RuntimeException failure) {
        if (serverCode(failure).filter(TOO_LARGE::contains).isEmpty()) {
            return translate(side, attempt, failure);
        }
        FaultCode code = FaultCode.EVENT_TOO_LARGE;
        return new SyncException(code, message(side, attempt, failure, code), failure);
    }

    private static String message(Side side, String attempt, RuntimeException failure, FaultCode code) {
        String seen = serverCode(failure)
                .map(number -> "the server answered with code " + number)
                .orElseGet(() -> "the driver reported " + failure.getClass().getSimpleName());
        return "Cannot " + attempt + " on the " + name(side) + " side: " + seen + ". " + code.meaning() + " "
                + code.remedy();
    }

    static String name(Side side) {
        return side.name().toLowerCase(Locale.ROOT);
    }

    /** The fault's code, whatever was being done. */
    static FaultCode codeOf(Side side, RuntimeException failure) {
        if (failure instanceof BsonMaximumSizeExceededException) {
            return FaultCode.TOO_LARGE;
        }
        if (failure instanceof MongoSecurityException security) {
            return security.getCause() instanceof MongoException cause
                            && serverCode(cause)
                                    .filter(AUTHENTICATION::contains)
                                    .isEmpty()
                            && isConnection(cause)
                    ? unreachable(side)
                    : FaultCode.AUTHENTICATION_FAILED;
        }
        if (failure instanceof MongoTimeoutException && rootedInRefusedCredentials(failure)) {
            return FaultCode.AUTHENTICATION_FAILED;
        }
        if (isConnection(failure)) {
            return unreachable(side);
        }
        return serverCode(failure).map(code -> codeOf(side, code)).orElseGet(() -> withoutCode(side, failure));
    }

    private static FaultCode withoutCode(Side side, RuntimeException failure) {
        boolean passing = failure instanceof MongoException mongo
                && (mongo.hasErrorLabel("RetryableWriteError")
                        || mongo.hasErrorLabel("TransientTransactionError")
                        || mongo.hasErrorLabel("ResumableChangeStreamError")
                        || mongo.hasErrorLabel("SystemOverloadedError"));
        return passing ? unreachable(side) : FaultCode.UNKNOWN;
    }

    private static FaultCode codeOf(Side side, int code) {
        if (HISTORY_LOST.contains(code)) {
            return FaultCode.HISTORY_LOST;
        }
        if (INVALID_POSITION.contains(code)) {
            return FaultCode.INVALID_POSITION;
        }
        if (code == STANDALONE) {
            return FaultCode.STANDALONE;
        }
        if (UNREACHABLE.contains(code)) {
            return unreachable(side);
        }
        if (NOT_AUTHORIZED.contains(code)) {
            return FaultCode.NOT_AUTHORIZED;
        }
        if (AUTHENTICATION.contains(code)) {
            return FaultCode.AUTHENTICATION_FAILED;
        }
        return ofDocument(code).orElse(FaultCode.UNKNOWN);
    }

    /** Whether it means that the server cannot be talked to just now. */
    private static boolean isConnection(RuntimeException failure) {
        return failure instanceof MongoSocketException
                || failure instanceof MongoTimeoutException
                || failure instanceof MongoInterruptedException
                || failure instanceof MongoNotPrimaryException
                || failure instanceof MongoNodeIsRecoveringException
                || failure instanceof MongoConnectionPoolClearedException
                || failure instanceof MongoServerUnavailableException
                || failure instanceof MongoExecutionTimeoutException
                || failure instanceof MongoOperationTimeoutException
                || failure instanceof MongoConfigurationException
                || failure.getClass() == MongoClientException.class;
    }

    /** A selection that ran out of time because every server refused the credentials says so only in its cause. */
    private static boolean rootedInRefusedCredentials(Throwable failure) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof MongoSecurityException) {
                return true;
            }
        }
        return false;
    }

    private static FaultCode unreachable(Side side) {
        return side == Side.LOCAL ? FaultCode.LOCAL_UNREACHABLE : FaultCode.HUB_UNREACHABLE;
    }

    /** The server's code, when the server answered. */
    static Optional<Integer> serverCode(RuntimeException failure) {
        return failure instanceof MongoException mongo && mongo.getCode() > 0
                ? Optional.of(mongo.getCode())
                : Optional.empty();
    }

    /** Whether the server answered with that code. */
    static boolean hasCode(RuntimeException failure, int code) {
        return serverCode(failure).filter(seen -> seen == code).isPresent();
    }

    /** Whether following by time may work where following by token does not. */
    static boolean mayReopenByTime(RuntimeException failure) {
        return serverCode(failure).filter(REOPEN_BY_TIME::contains).isPresent();
    }

    static boolean isDuplicateKey(int code) {
        return ErrorCategory.fromErrorCode(code) == ErrorCategory.DUPLICATE_KEY;
    }

    /** Whether a failed command is about what was in it, so that its parts may fare better alone. */
    static boolean mayBeOneDocument(RuntimeException failure) {
        if (failure instanceof BsonMaximumSizeExceededException) {
            return true;
        }
        return failure instanceof MongoCommandException command
                && !isConnection(command)
                && !UNREACHABLE.contains(command.getCode())
                && !NOT_AUTHORIZED.contains(command.getCode())
                && !AUTHENTICATION.contains(command.getCode());
    }

    /** What became of a write that the server, or the driver for it, refused. Duplicate keys are not judged here. */
    static Outcome refusal(RuntimeException failure) {
        if (failure instanceof BsonMaximumSizeExceededException) {
            return new Outcome.Refused(FaultCode.TOO_LARGE, "the write is larger than the server's limit");
        }
        return refusal(serverCode(failure).orElse(0));
    }

    /** What became of a write that got this code. */
    static Outcome refusal(int code) {
        if (UNREACHABLE.contains(code)) {
            return Outcome.UNKNOWN;
        }
        FaultCode fault = ofDocument(code).orElse(FaultCode.UNKNOWN);
        return new Outcome.Refused(fault, "the server refused the write with code " + code);
    }

    private static Optional<FaultCode> ofDocument(int code) {
        if (isDuplicateKey(code)) {
            return Optional.of(FaultCode.UNIQUE_INDEX);
        }
        if (code == DOCUMENT_VALIDATION) {
            return Optional.of(FaultCode.VALIDATION);
        }
        if (TOO_LARGE.contains(code)) {
            return Optional.of(FaultCode.TOO_LARGE);
        }
        if (UNSUPPORTED_DOCUMENT.contains(code)) {
            return Optional.of(FaultCode.UNSUPPORTED_DOCUMENT);
        }
        return IMMUTABLE_COLLECTION.contains(code) ? Optional.of(FaultCode.IMMUTABLE_COLLECTION) : Optional.empty();
    }
}
