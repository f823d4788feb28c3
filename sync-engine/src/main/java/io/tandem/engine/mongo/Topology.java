package io.tandem.engine.mongo;

/** How a server is deployed. */
public enum Topology {
    /** A single server without history: no change streams, no retryable writes. */
    STANDALONE,
    /** One or more members with a common history. */
    REPLICA_SET,
    /** Several replica sets behind routers. */
    SHARDED
}
