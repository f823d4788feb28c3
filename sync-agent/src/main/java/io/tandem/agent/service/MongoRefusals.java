package io.tandem.agent.service;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoExecutionTimeoutException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoServerException;
import com.mongodb.MongoWriteException;
import io.tandem.agent.service.ServiceException.Kind;
import org.bson.BsonMaximumSizeExceededException;

/** Turns the driver's refusals into words for a caller. By type and code, never by text; the server's text may hold document content. */
final class MongoRefusals {
    private static final int DUPLICATE_KEY = 11000;
    private static final int VALIDATION = 121;
    private static final int UNAUTHORIZED = 13;
    private static final int AUTHENTICATION_FAILED = 18;
    private static final int TOO_LARGE = 10334;
    private static final int TOO_LARGE_AFTER_UPDATE = 17419;
    private static final int TOO_LARGE_REPLACEMENT = 17420;
    private static final int NOT_ON_VIEW = 166;

    private MongoRefusals() {}

    static ServiceException translate(RuntimeException refused, String database) {
        if (refused instanceof MongoException driver) {
            return translate(driver, database);
        }
        if (refused instanceof BsonMaximumSizeExceededException) {
            return new ServiceException(Kind.TOO_LARGE, "The document is larger than MongoDB allows (16 MB).", refused);
        }
        throw refused;
    }

    private static ServiceException translate(MongoException driver, String database) {
        if (driver instanceof MongoSecurityException) {
            return refused(
                    Kind.UNAVAILABLE,
                    "The user name or password for " + database + " was refused. Correct the connection string.",
                    driver);
        }
        if (driver instanceof MongoExecutionTimeoutException) {
            return refused(
                    Kind.INVALID, "The query took too long. Narrow the filter, or create an index for it.", driver);
        }
        if (driver instanceof MongoServerException server && !(driver instanceof MongoOperationTimeoutException)) {
            return byCode(server, database);
        }
        if (driver instanceof MongoInterruptedException) {
            return refused(Kind.UNAVAILABLE, "The agent is stopping.", driver);
        }
        return refused(Kind.UNAVAILABLE, "Cannot reach " + database + ". Check that it runs, then try again.", driver);
    }

    private static ServiceException byCode(MongoServerException server, String database) {
        return switch (code(server)) {
            case DUPLICATE_KEY ->
                refused(
                        Kind.CONFLICT,
                        "Another document has the same _id, or the same value of a unique index. Use another value, or change that document.",
                        server);
            case VALIDATION ->
                refused(
                        Kind.INVALID,
                        "The collection's validator refused the document. Give the fields it asks for.",
                        server);
            case TOO_LARGE, TOO_LARGE_AFTER_UPDATE, TOO_LARGE_REPLACEMENT ->
                refused(Kind.TOO_LARGE, "The document is larger than MongoDB allows (16 MB).", server);
            case UNAUTHORIZED, AUTHENTICATION_FAILED ->
                refused(
                        Kind.UNAVAILABLE,
                        "The agent's user lacks a privilege on " + database + ". Grant it readWrite.",
                        server);
            case NOT_ON_VIEW -> refused(Kind.INVALID, "This is a view; it cannot be written.", server);
            default ->
                refused(
                        server instanceof MongoCommandException || server instanceof MongoWriteException
                                ? Kind.INVALID
                                : Kind.UNAVAILABLE,
                        "The database refused this with code " + code(server) + nameOf(server) + ".",
                        server);
        };
    }

    private static int code(MongoServerException server) {
        if (server instanceof MongoWriteException write) {
            return write.getError().getCode();
        }
        if (server instanceof MongoBulkWriteException bulk
                && !bulk.getWriteErrors().isEmpty()) {
            return bulk.getWriteErrors().get(0).getCode();
        }
        return server.getCode();
    }

    private static String nameOf(MongoServerException server) {
        return server instanceof MongoCommandException command
                        && !command.getErrorCodeName().isEmpty()
                ? " (" + command.getErrorCodeName() + ")"
                : "";
    }

    private static ServiceException refused(Kind kind, String message, Throwable cause) {
        return new ServiceException(kind, message, cause);
    }
}
