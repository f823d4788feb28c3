package io.tandem.agent.backup;

import org.jspecify.annotations.Nullable;

/** A backup or restore that cannot be done; the message says what was tried, what was seen and what to do. */
public final class BackupException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BackupException(String message) {
        this(message, null);
    }

    public BackupException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
