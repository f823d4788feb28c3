package io.tandem.agent.selftest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Excluded collections are never changed from Atlas, and still go to Atlas. */
final class ExcludedSuite implements Suite {

    private static final List<String> OF_THE_GUIDE = List.of("sessions", "logs");
    private static final String MARKED = "selftest_marker";

    @Override
    public String name() {
        return "excluded";
    }

    @Override
    public String purpose() {
        return "excluded collections are not changed from Atlas, and still go to Atlas";
    }

    @Override
    public void run(Bench bench) throws InterruptedException {
        List<String> excluded = excluded(bench);
        DeviceUnderTest device = start(bench, excluded);
        for (String collection : excluded) {
            device.local(collection).insertOne(DeviceUnderTest.item("own", "Own", 1));
            device.hub(collection).insertOne(DeviceUnderTest.item("foreign", "Foreign", 1));
        }
        // Written after the others: once it has arrived, they would have arrived too.
        device.hub(MARKED).insertOne(DeviceUnderTest.item("marker", "Marker", 1));
        List<String> unnamed = new ArrayList<>(excluded);
        unnamed.removeAll(OF_THE_GUIDE);
        for (String collection : excluded) {
            boolean shown = unnamed.size() == excluded.size() || !unnamed.contains(collection);
            notApplied(bench, device, collection, shown);
        }
        if (!unnamed.isEmpty() && unnamed.size() < excluded.size()) {
            bench.note("excluded as well: " + String.join(", ", unnamed));
        }
        bench.expect(
                "Local→Atlas sync still works for excluded collections",
                device,
                () -> excluded.stream().allMatch(collection -> device.hubDocument(collection, "own") != null),
                "the device's documents in Atlas");
    }

    private static DeviceUnderTest start(Bench bench, List<String> excluded) throws InterruptedException {
        Set<String> scoped = new HashSet<>();
        excluded.forEach(name -> scoped.add(bench.scope().collection(name)));
        return bench.start(
                bench.settings("a").excludedCollections(scoped).build(), bench.localDatabase(), (side, driver) -> {});
    }

    /** The configured ones, those that the guide names first; internal ones never sync at all. */
    private static List<String> excluded(Bench bench) {
        List<String> excluded = new ArrayList<>();
        for (String name : OF_THE_GUIDE) {
            if (bench.endpoints().excluded().contains(name)) {
                excluded.add(name);
            }
        }
        for (String name : bench.endpoints().excluded()) {
            if (!name.startsWith("_sync_") && !excluded.contains(name)) {
                excluded.add(name);
            }
        }
        bench.require(
                checkOf("sessions"),
                !excluded.isEmpty(),
                () -> "BIDIRECTIONAL_EXCLUDED_COLLECTIONS names no collection of the application, so none is excluded");
        return excluded;
    }

    private static String checkOf(String collection) {
        return collection.substring(0, 1).toUpperCase(Locale.ROOT) + collection.substring(1)
                + " collection excluded from Atlas→Local";
    }

    private static void notApplied(Bench bench, DeviceUnderTest device, String collection, boolean shown)
            throws InterruptedException {
        String check = checkOf(collection);
        bench.await(
                check,
                device,
                bench.options().patience(),
                () -> device.localDocument(MARKED, "marker") != null
                        && device.status().queueSize() == 0,
                () -> "expected a document of another collection on the device");
        bench.require(
                check,
                device.localDocument(collection, "foreign") == null,
                () -> "a document that was written to Atlas arrived on the device");
        if (shown) {
            bench.passed(check);
        }
    }
}
