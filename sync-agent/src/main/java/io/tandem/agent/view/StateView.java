package io.tandem.agent.view;

/** Answer of the calls that switch syncing. */
@Doc("The state after the call")
public record StateView(
        @Doc("Whether changes travel from Atlas to this device")
        boolean enabled,

        @Doc("What this means, in words") String message) {}
