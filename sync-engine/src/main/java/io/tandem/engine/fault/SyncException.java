package io.tandem.engine.fault;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A failure that an operator can meet. Its message says what was tried, on what, what was seen and what to do; its
 * {@link #code()} is stable.
 */
public final class SyncException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final FaultCode code;

    public SyncException(FaultCode code, String message, @Nullable Throwable cause) {
        super(Objects.requireNonNull(code).id() + " " + message, cause);
        this.code = code;
    }

    public SyncException(FaultCode code, String message) {
        this(code, message, null);
    }

    public FaultCode code() {
        return code;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
