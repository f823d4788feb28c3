package io.tandem.agent.cli;

/** The exit codes of every {@code tandem} command. */
public final class ExitCodes {

    /** The command did what it was asked, and what it checked is in order. */
    public static final int OK = 0;

    /** The check failed, or the work could not be done. */
    public static final int FAILED = 1;

    /** Wrong usage or wrong configuration: nothing was tried. */
    public static final int WRONG_USAGE = 2;

    private ExitCodes() {}
}
