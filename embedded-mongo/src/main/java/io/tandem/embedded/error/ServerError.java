package io.tandem.embedded.error;

import de.bwaldvogel.mongo.bson.Document;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A refusal as the real server words it: code, name, message, labels and further fields of the error document. */
public final class ServerError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public static final int BAD_VALUE = 2;
    public static final int FAILED_TO_PARSE = 9;
    public static final int UNAUTHORIZED = 13;
    public static final int TYPE_MISMATCH = 14;
    public static final int OVERFLOW = 15;
    public static final int AUTHENTICATION_FAILED = 18;
    public static final int ILLEGAL_OPERATION = 20;
    public static final int NAMESPACE_NOT_FOUND = 26;
    public static final int INDEX_NOT_FOUND = 27;
    public static final int PATH_NOT_VIABLE = 28;
    public static final int CURSOR_NOT_FOUND = 43;
    public static final int NAMESPACE_EXISTS = 48;
    public static final int MAX_TIME_EXPIRED = 50;
    public static final int INVALID_ID_FIELD = 53;
    public static final int COMMAND_NOT_FOUND = 59;
    public static final int IMMUTABLE_FIELD = 66;
    public static final int INVALID_OPTIONS = 72;
    public static final int INVALID_NAMESPACE = 73;
    public static final int NO_REPLICATION_ENABLED = 76;
    public static final int COMMAND_NOT_SUPPORTED = 115;
    public static final int DOCUMENT_VALIDATION_FAILURE = 121;
    public static final int CAPPED_POSITION_LOST = 136;
    public static final int COMMAND_NOT_SUPPORTED_ON_VIEW = 166;
    public static final int NO_SUCH_TRANSACTION = 251;
    public static final int TRANSACTION_COMMITTED = 256;
    public static final int INVALID_RESUME_TOKEN = 260;
    public static final int OPERATION_NOT_SUPPORTED_IN_TRANSACTION = 263;
    public static final int CHANGE_STREAM_FATAL = 280;
    public static final int CHANGE_STREAM_HISTORY_LOST = 286;
    public static final int OBJECT_TOO_LARGE = 10334;
    public static final int DUPLICATE_KEY = 11000;
    public static final int OUT_OF_DISK_SPACE = 14031;

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(1, "InternalError"),
            Map.entry(BAD_VALUE, "BadValue"),
            Map.entry(FAILED_TO_PARSE, "FailedToParse"),
            Map.entry(UNAUTHORIZED, "Unauthorized"),
            Map.entry(TYPE_MISMATCH, "TypeMismatch"),
            Map.entry(OVERFLOW, "Overflow"),
            Map.entry(AUTHENTICATION_FAILED, "AuthenticationFailed"),
            Map.entry(ILLEGAL_OPERATION, "IllegalOperation"),
            Map.entry(22, "InvalidBSON"),
            Map.entry(NAMESPACE_NOT_FOUND, "NamespaceNotFound"),
            Map.entry(INDEX_NOT_FOUND, "IndexNotFound"),
            Map.entry(PATH_NOT_VIABLE, "PathNotViable"),
            Map.entry(40, "ConflictingUpdateOperators"),
            Map.entry(CURSOR_NOT_FOUND, "CursorNotFound"),
            Map.entry(47, "NoMatchingDocument"),
            Map.entry(NAMESPACE_EXISTS, "NamespaceExists"),
            Map.entry(MAX_TIME_EXPIRED, "MaxTimeMSExpired"),
            Map.entry(52, "DollarPrefixedFieldName"),
            Map.entry(INVALID_ID_FIELD, "InvalidIdField"),
            Map.entry(54, "NotSingleValueField"),
            Map.entry(56, "EmptyFieldName"),
            Map.entry(COMMAND_NOT_FOUND, "CommandNotFound"),
            Map.entry(IMMUTABLE_FIELD, "ImmutableField"),
            Map.entry(67, "CannotCreateIndex"),
            Map.entry(68, "IndexAlreadyExists"),
            Map.entry(INVALID_OPTIONS, "InvalidOptions"),
            Map.entry(INVALID_NAMESPACE, "InvalidNamespace"),
            Map.entry(NO_REPLICATION_ENABLED, "NoReplicationEnabled"),
            Map.entry(79, "UnknownReplWriteConcern"),
            Map.entry(85, "IndexOptionsConflict"),
            Map.entry(86, "IndexKeySpecsConflict"),
            Map.entry(89, "NetworkTimeout"),
            Map.entry(91, "ShutdownInProgress"),
            Map.entry(100, "UnsatisfiableWriteConcern"),
            Map.entry(112, "WriteConflict"),
            Map.entry(COMMAND_NOT_SUPPORTED, "CommandNotSupported"),
            Map.entry(DOCUMENT_VALIDATION_FAILURE, "DocumentValidationFailure"),
            Map.entry(CAPPED_POSITION_LOST, "CappedPositionLost"),
            Map.entry(COMMAND_NOT_SUPPORTED_ON_VIEW, "CommandNotSupportedOnView"),
            Map.entry(171, "CannotIndexParallelArrays"),
            Map.entry(189, "PrimarySteppedDown"),
            Map.entry(197, "InvalidIndexSpecificationOption"),
            Map.entry(224, "QueryFeatureNotAllowed"),
            Map.entry(225, "TransactionTooOld"),
            Map.entry(238, "NotImplemented"),
            Map.entry(NO_SUCH_TRANSACTION, "NoSuchTransaction"),
            Map.entry(TRANSACTION_COMMITTED, "TransactionCommitted"),
            Map.entry(INVALID_RESUME_TOKEN, "InvalidResumeToken"),
            Map.entry(OPERATION_NOT_SUPPORTED_IN_TRANSACTION, "OperationNotSupportedInTransaction"),
            Map.entry(CHANGE_STREAM_FATAL, "ChangeStreamFatalError"),
            Map.entry(CHANGE_STREAM_HISTORY_LOST, "ChangeStreamHistoryLost"),
            Map.entry(10003, "CannotGrowDocumentInCappedNamespace"),
            Map.entry(10107, "NotWritablePrimary"),
            Map.entry(OBJECT_TOO_LARGE, "BSONObjectTooLarge"),
            Map.entry(DUPLICATE_KEY, "DuplicateKey"),
            Map.entry(12051, "CursorInUse"),
            Map.entry(OUT_OF_DISK_SPACE, "OutOfDiskSpace"),
            Map.entry(291, "NoQueryExecutionPlans"),
            Map.entry(11600, "InterruptedAtShutdown"));

    private final int code;
    private final String codeName;
    private final transient Document details;
    private final transient List<String> labels;

    public ServerError(int code, String message) {
        this(code, nameOf(code), message, new Document(), List.of());
    }

    private ServerError(int code, String codeName, String message, Document details, List<String> labels) {
        super(message, null, false, false);
        this.code = code;
        this.codeName = codeName;
        this.details = details;
        this.labels = labels;
    }

    /** The server's name for a code; codes without one are called Location plus the number. */
    public static String nameOf(int code) {
        return NAMES.getOrDefault(code, "Location" + code);
    }

    public static ServerError named(int code, @Nullable String codeName, String message, List<String> labels) {
        return new ServerError(code, codeName == null ? nameOf(code) : codeName, message, new Document(), labels);
    }

    /** The same error with further fields, such as keyPattern and keyValue. */
    public ServerError with(Document moreDetails) {
        return new ServerError(code, codeName, text(), moreDetails, labels);
    }

    /** The same error with labels such as NonResumableChangeStreamError. */
    public ServerError labelled(String... moreLabels) {
        return new ServerError(code, codeName, text(), details, List.of(moreLabels));
    }

    public int code() {
        return code;
    }

    public String codeName() {
        return codeName;
    }

    public Document details() {
        return details;
    }

    public List<String> labels() {
        return labels;
    }

    /** The message, never null. */
    public String text() {
        String message = getMessage();
        return message == null ? "" : message;
    }

    /** The fields of a failed command's reply. */
    public Document toReply() {
        Document reply = new Document("ok", 0.0)
                .append("errmsg", text())
                .append("code", code)
                .append("codeName", codeName);
        reply.putAll(details);
        if (!labels.isEmpty()) {
            reply.put("errorLabels", labels);
        }
        return reply;
    }
}
