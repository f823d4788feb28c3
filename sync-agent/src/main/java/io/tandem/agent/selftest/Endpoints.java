package io.tandem.agent.selftest;

import java.util.List;
import java.util.Optional;

/**
 * The databases that a selftest works in. Its text form has no secrets.
 *
 * @param localUri connection string of the device's server
 * @param localDatabase the device's database
 * @param hubUri connection string of the hub
 * @param hubDatabase the hub's database
 * @param secondUri connection string of a second device's server; empty for a scratch database on the first one's
 * @param strategy the conflict resolution strategy in force
 * @param excluded collections whose changes in the hub are not taken, as configured
 */
public record Endpoints(
        String localUri,
        String localDatabase,
        String hubUri,
        String hubDatabase,
        Optional<String> secondUri,
        String strategy,
        List<String> excluded) {

    public Endpoints {
        excluded = List.copyOf(excluded);
    }

    @Override
    public String toString() {
        return "Endpoints[local=<hidden>/" + localDatabase + ", hub=<hidden>/" + hubDatabase + "]";
    }
}
