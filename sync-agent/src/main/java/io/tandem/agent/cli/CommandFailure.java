package io.tandem.agent.cli;

/**
 * A command's way to end with a message for the operator and an exit code, without a stack trace.
 *
 * <p>The message says what was tried, what was seen and what to do. It must not contain secrets.
 */
public final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private CommandFailure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** What the command checked or tried did not succeed: exit code 1. */
    public static CommandFailure failed(String message) {
        return new CommandFailure(ExitCodes.FAILED, message);
    }

    /** The command was called wrongly or the configuration is wrong: exit code 2. */
    public static CommandFailure wrongUsage(String message) {
        return new CommandFailure(ExitCodes.WRONG_USAGE, message);
    }

    /** One of {@link ExitCodes}. */
    public int exitCode() {
        return exitCode;
    }
}
