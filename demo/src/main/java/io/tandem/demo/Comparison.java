package io.tandem.demo;

import com.mongodb.MongoException;
import io.tandem.agent.cli.DatabaseFailures;
import io.tandem.demo.Replica.Contents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What all replicas contain after the traffic has ended.
 *
 * @param contents replica to collection to contents
 * @param sales replica to maker to sales that have arrived
 * @param differences what is not equal, in words
 */
record Comparison(
        Map<String, Map<String, Contents>> contents, Map<String, Map<String, Long>> sales, List<String> differences) {

    boolean equal() {
        return differences.isEmpty();
    }

    /** Compares again and again until everything is equal or the time is up. */
    static Comparison untilEqual(DemoWorld world, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        CountDownLatch pause = new CountDownLatch(1);
        Comparison last = nowIfReadable(world);
        while (!last.equal() && System.nanoTime() < end) {
            pause.await(500, TimeUnit.MILLISECONDS);
            last = nowIfReadable(world);
        }
        return last;
    }

    private static Comparison nowIfReadable(DemoWorld world) {
        try {
            return now(world);
        } catch (MongoException failed) {
            return new Comparison(
                    Map.of(), Map.of(), List.of("not everything can be read: " + DatabaseFailures.explain(failed)));
        }
    }

    private static Comparison now(DemoWorld world) {
        Map<String, Map<String, Contents>> contents = new LinkedHashMap<>();
        Map<String, Map<String, Long>> sales = new LinkedHashMap<>();
        Set<String> collections = new TreeSet<>();
        for (Replica replica : world.replicas()) {
            Map<String, Contents> found = replica.contents();
            contents.put(replica.name(), found);
            collections.addAll(found.keySet());
            Map<String, Long> made = new LinkedHashMap<>();
            world.replicas().forEach(maker -> made.put(maker.name(), replica.salesMadeBy(maker.name())));
            sales.put(replica.name(), made);
        }
        return new Comparison(contents, sales, differences(world, contents, sales, collections));
    }

    private static List<String> differences(
            DemoWorld world,
            Map<String, Map<String, Contents>> contents,
            Map<String, Map<String, Long>> sales,
            Set<String> collections) {
        List<String> differences = new ArrayList<>();
        String reference = world.replicas().get(0).name();
        Map<String, Contents> wanted = contents.getOrDefault(reference, Map.of());
        for (Replica replica : world.replicas()) {
            Map<String, Contents> held = contents.getOrDefault(replica.name(), Map.of());
            for (String collection : collections) {
                Contents expected = wanted.getOrDefault(collection, Contents.NOTHING);
                Contents found = held.getOrDefault(collection, Contents.NOTHING);
                if (!found.equals(expected)) {
                    differences.add(collection + " on " + replica.name() + ": " + found.documents() + " documents, on "
                            + reference + ": " + expected.documents() + " documents, or with other contents");
                }
            }
            sales.getOrDefault(replica.name(), Map.of()).forEach((maker, count) -> {
                if (count == 0) {
                    differences.add("no sale made by " + maker + " has arrived at " + replica.name());
                }
            });
        }
        return differences;
    }

    long documents(String replica) {
        return contents.getOrDefault(replica, Map.of()).values().stream()
                .mapToLong(Contents::documents)
                .sum();
    }
}
