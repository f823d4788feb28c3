package io.tandem.benchmarks.scenario;

import io.tandem.benchmarks.lab.Lab;
import io.tandem.benchmarks.lab.Route;
import io.tandem.benchmarks.report.Figure;
import io.tandem.embedded.fault.FaultProxy;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** Puts a network in front of the hub. Stateless. */
final class FarHub {
    static final Duration ROUND_TRIP = Duration.ofMillis(50);

    private FarHub() {}

    /**
     * Measures over a route on which an answer takes {@link #ROUND_TRIP} longer.
     *
     * @throws IllegalArgumentException when no proxy can stand in front of the hub
     */
    static List<Figure> measure(Lab lab, Function<Route, List<Figure>> measurement) {
        String server = Route.proxyable(lab.order().hubUri())
                .orElseThrow(() -> new IllegalArgumentException(
                        "a proxy can only stand in front of a single host without TLS; --hub-uri names another kind"));
        try (FaultProxy proxy = inFrontOf(server)) {
            proxy.delay(ROUND_TRIP.dividedBy(2));
            return measurement.apply(Route.DIRECT.past(proxy.address()));
        }
    }

    /** A proxy in front of a server, which is given as host and port. */
    static FaultProxy inFrontOf(String server) {
        int colon = server.lastIndexOf(':');
        return FaultProxy.inFrontOf(server.substring(0, colon), Integer.parseInt(server.substring(colon + 1)));
    }
}
