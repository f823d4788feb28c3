package io.tandem.agent.cli;

import io.tandem.agent.config.AgentConfig;
import io.tandem.agent.config.ConfigException;
import io.tandem.agent.config.ConfigLoader;
import io.tandem.agent.service.EngineKnowledge;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names a settings file, and loading the settings. One thread. */
final class ConfigOptions {

    private final Surroundings surroundings;

    @Option(
            names = "--env-file",
            paramLabel = "FILE",
            description =
                    "A file with settings, one NAME=value per line. It wins over .env in the working directory; the environment wins over both.")
    private @Nullable Path envFile;

    ConfigOptions(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Optional<Path> envFile() {
        return Optional.ofNullable(envFile).map(surroundings.directory()::resolve);
    }

    /** The file that an edit of the settings goes to: the one named, else {@code .env}. */
    Path editableFile() {
        return envFile().orElse(surroundings.directory().resolve(".env"));
    }

    /** The settings in force. @throws CommandFailure with exit code 2 listing everything that is wrong */
    AgentConfig load() {
        try {
            return ConfigLoader.load(
                    surroundings.environment(), envFile(), surroundings.directory(), new EngineKnowledge());
        } catch (ConfigException wrong) {
            throw CommandFailure.wrongUsage(String.valueOf(wrong.getMessage()));
        }
    }

    /** The settings, or nothing when they are incomplete; for commands that need only an address. */
    Optional<AgentConfig> loadIfComplete() {
        try {
            return Optional.of(ConfigLoader.load(surroundings.environment(), envFile(), surroundings.directory()));
        } catch (ConfigException incomplete) {
            return Optional.empty();
        }
    }
}
