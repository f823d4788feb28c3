package io.tandem.agent.cli;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/**
 * What a command sees of the process it runs in. Immutable.
 *
 * @param environment the environment variables
 * @param directory the working directory
 * @param interactive whether a person looks at a terminal
 * @param clock the agent's clock
 */
record Surroundings(Map<String, String> environment, Path directory, boolean interactive, Clock clock) {

    Surroundings {
        environment = Map.copyOf(environment);
    }

    /** Those of this process. */
    static Surroundings ofProcess() {
        return new Surroundings(
                System.getenv(), Path.of("").toAbsolutePath(), Terminal.isInteractive(), Clock.systemUTC());
    }
}
