package io.tandem.agent.service;

import org.jspecify.annotations.Nullable;

/** A call to the service that could not be answered as asked. Its message is for the caller: what is wrong and what to do, no secrets. */
public final class ServiceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** What kind of refusal it is. */
    public enum Kind {
        /** There is no such thing. */
        NOT_FOUND,
        /** Understood, but not allowed. */
        INVALID,
        /** In the way of what is there already. */
        CONFLICT,
        /** Not what the caller last saw. */
        CHANGED_MEANWHILE,
        /** Larger than a document may be. */
        TOO_LARGE,
        /** A database cannot be reached or does not let us; try again. */
        UNAVAILABLE
    }

    public ServiceException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public ServiceException(Kind kind, String message) {
        this(kind, message, null);
    }

    public Kind kind() {
        return kind;
    }
}
