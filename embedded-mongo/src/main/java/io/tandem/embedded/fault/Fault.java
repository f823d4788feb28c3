package io.tandem.embedded.fault;

/** What happens once, to one command, in a script of {@link FaultProxy}. */
public enum Fault {
    /** The connection is reset before the server has seen the command. */
    CUT_BEFORE,

    /** The server carries the command out, its reply is thrown away and the connection is reset: the client cannot know. */
    DROP_REPLY,

    /** The server carries the command out and its reply never arrives, while the connection stays open. */
    SWALLOW_REPLY,

    /** The reply arrives, and then the connection is reset. */
    CUT_AFTER
}
