package io.tandem.agent.cli;

import java.util.List;

/**
 * A source of servers that live as long as one command, found with {@link java.util.ServiceLoader}.
 *
 * <p>Implementations need a public constructor without arguments that does no work.
 */
public interface ThrowawayServers {

    /** Starts a hub and servers for so many devices, each empty and a replica set. */
    Running start(int devices);

    /** Servers that run until closed. */
    interface Running extends AutoCloseable {

        /** Connection strings of the devices' servers, without a database. */
        List<String> deviceUris();

        /** Connection string of the hub, without a database. */
        String hubUri();

        @Override
        void close();
    }
}
