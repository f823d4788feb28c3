package io.tandem.agent.cli;

import io.tandem.agent.config.AgentConfig;
import io.tandem.agent.config.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which agent to talk to. One thread. */
final class AgentOptions {

    private static final String DEFAULT_URL = "http://127.0.0.1:5000";

    private final Surroundings surroundings;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The agent's address. Default: TANDEM_URL, else from HOST and PORT of the settings, else "
                    + DEFAULT_URL + ".")
    private @Nullable String url;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description =
                    "The token to log in with. Default: TANDEM_TOKEN (better: it does not show in the process list).")
    private @Nullable String token;

    @Option(
            names = "--ca-cert",
            paramLabel = "FILE",
            description = "A PEM certificate to trust, for an agent with a certificate of its own.")
    private @Nullable Path caCert;

    @Mixin
    private final ConfigOptions config;

    AgentOptions(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.config = new ConfigOptions(surroundings);
    }

    ConfigOptions config() {
        return config;
    }

    /** A client for the agent. Opens no connection. */
    AgentClient client() {
        String given = url != null ? url : surroundings.environment().getOrDefault("TANDEM_URL", "");
        String address = given.isBlank() ? fromSettings() : given;
        String secret = token != null ? token : surroundings.environment().getOrDefault("TANDEM_TOKEN", "");
        return new AgentClient(
                parse(address), Optional.of(secret).filter(text -> !text.isBlank()), Optional.ofNullable(caCert));
    }

    private static URI parse(String address) {
        try {
            URI uri = URI.create(address.replaceAll("/+$", ""));
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException notAnAddress) {
            throw wrongAddress(address);
        }
        throw wrongAddress(address);
    }

    private static CommandFailure wrongAddress(String address) {
        return CommandFailure.wrongUsage("'" + address
                + "' is not an agent's address. It looks like http://127.0.0.1:5000 or https://host:port.");
    }

    private String fromSettings() {
        return config.loadIfComplete().map(AgentOptions::addressOf).orElse(DEFAULT_URL);
    }

    private static String addressOf(AgentConfig settings) {
        String host = settings.get(Settings.HOST);
        boolean anyAddress = host.equals("0.0.0.0") || host.equals("::");
        String shown = anyAddress ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
        String scheme = settings.get(Settings.TLS_CERT).isPresent() ? "https" : "http";
        return scheme + "://" + shown + ":" + settings.get(Settings.PORT);
    }
}
