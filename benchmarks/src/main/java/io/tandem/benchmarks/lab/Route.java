package io.tandem.benchmarks.lab;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import io.tandem.engine.model.Side;
import java.util.List;
import java.util.Optional;

/** How an engine gets to its servers: directly, or past instruments. Immutable; what it leads past is thread-safe. */
public final class Route {
    /** Straight to the servers. */
    public static final Route DIRECT = new Route(Optional.empty(), Optional.empty());

    private final Optional<String> hubAddress;
    private final Optional<CommandCounter> counter;

    private Route(Optional<String> hubAddress, Optional<CommandCounter> counter) {
        this.hubAddress = hubAddress;
        this.counter = counter;
    }

    /** Over a proxy in front of the hub. */
    public Route past(String proxyAddress) {
        return new Route(Optional.of(proxyAddress), counter);
    }

    /** With its commands counted. */
    public Route counted(CommandCounter by) {
        return new Route(hubAddress, Optional.of(by));
    }

    String hubUri(String uri) {
        return hubAddress.map(address -> rewritten(uri, address)).orElse(uri);
    }

    void customize(Side side, MongoClientSettings.Builder settings) {
        counter.ifPresent(counting -> settings.addCommandListener(counting.of(side)));
    }

    /**
     * Host and port of a server that a proxy can stand in front of; empty where that would not work: several hosts, hosts found by
     * DNS, or TLS, whose certificate would not fit.
     */
    public static Optional<String> proxyable(String uri) {
        ConnectionString parsed = new ConnectionString(uri);
        List<String> hosts = parsed.getHosts();
        boolean plain = !parsed.isSrvProtocol() && !Boolean.TRUE.equals(parsed.getSslEnabled());
        return plain && hosts.size() == 1 ? Optional.of(hosts.get(0)) : Optional.empty();
    }

    /** The driver stays on the proxy's address instead of following the one that the server names. */
    private static String rewritten(String uri, String address) {
        String host = proxyable(uri).orElseThrow();
        int at = uri.lastIndexOf(host);
        String moved = uri.substring(0, at) + address + uri.substring(at + host.length());
        String separator = moved.contains("?") ? "&" : moved.substring(at).contains("/") ? "?" : "/?";
        return moved + separator + "directConnection=true";
    }
}
