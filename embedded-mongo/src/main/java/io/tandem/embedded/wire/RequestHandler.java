package io.tandem.embedded.wire;

import de.bwaldvogel.mongo.bson.Document;

/** Answers requests. Any thread, one request of a connection at a time. */
public interface RequestHandler {
    /** The reply; a {@link CutConnection} instead closes the connection without one. */
    Document handle(Request request, Connection connection) throws CutConnection;

    /** There is a new connection. */
    void opened(Connection connection);

    /** The connection is gone. */
    void closed(Connection connection);
}
