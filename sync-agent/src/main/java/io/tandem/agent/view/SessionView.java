package io.tandem.agent.view;

/** Who is calling. */
@Doc("Who is calling, and what they may do")
public record SessionView(
        @Doc("The token's name; local when no login is needed")
        String name,

        @Doc("read, write or admin") String role,
        @Doc("Whether a token is needed at all") boolean loginRequired,
        @Doc("The device's name; empty until known") String instanceId,
        @Doc("Version of Tandem") String version) {}
