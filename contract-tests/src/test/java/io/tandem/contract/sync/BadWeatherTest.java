package io.tandem.contract.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.tandem.contract.port.Servers;
import io.tandem.embedded.fault.FaultProxy;
import io.tandem.engine.SyncEngine;
import io.tandem.engine.config.EngineConfig;
import io.tandem.engine.model.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A whole engine that reaches each of its two servers through a proxy, while applications write on both sides and every kind of bad
 * weather comes over either connection: nothing may be lost, whatever breaks when. {@code -Dweather.seed=...} for the same weather again.
 */
class BadWeatherTest {
    private static final Duration UP_MAX = Duration.ofMinutes(1);
    private static final Duration QUIET_MAX = Duration.ofMinutes(3);
    /** Half-open connections are only noticed by their silence; the engine's own limit would make the test a minute longer. */
    private static final int SILENCE_SECONDS = 5;

    /** One thing that a network does; most end when the proxy is healed. */
    private enum Weather {
        CUT(FaultProxy::cut),
        RESET(FaultProxy::reset),
        REFUSE(proxy -> {
            proxy.refuse();
            proxy.reset();
        }),
        STALL(FaultProxy::stall),
        SLOW(proxy -> {
            proxy.delay(Duration.ofMillis(100));
            proxy.throttle(30_000);
        }),
        HALF_OPEN(FaultProxy::halfOpen),
        LOSE_ANSWERS(proxy -> {
            for (String command : List.of("update", "insert", "delete", "find", "getMore")) {
                proxy.dropNextReply(command);
            }
        });

        private final Consumer<FaultProxy> begin;

        Weather(Consumer<FaultProxy> begin) {
            this.begin = begin;
        }
    }

    private record Spell(Side side, Weather weather) {}

    private final String name = "tandem_weather_" + UUID.randomUUID().toString().substring(0, 8);
    private final MongoClient localClient = MongoClients.create(Servers.localUri());
    private final MongoClient hubClient = MongoClients.create(Servers.hubUri());
    private final MongoDatabase device = localClient.getDatabase(name + "_local");
    private final MongoDatabase atlas = hubClient.getDatabase(name + "_hub");
    private final Map<Side, FaultProxy> proxies = Map.of(
            Side.LOCAL, inFrontOf(Servers.localUri()),
            Side.HUB, inFrontOf(Servers.hubUri()));
    private final SyncEngine engine = SyncEngine.create(
            EngineConfig.builder()
                    .local(through(Side.LOCAL), device.getName())
                    .hub(through(Side.HUB), atlas.getName())
                    .instanceId("device-1")
                    .bidirectionalEnabled(true)
                    .reconnectInterval(Duration.ofMillis(200))
                    .build(),
            (side, settings) -> noticeSilenceSoon(settings));

    private static FaultProxy inFrontOf(String uri) {
        ServerAddress server =
                new ServerAddress(new ConnectionString(uri).getHosts().get(0));
        return FaultProxy.inFrontOf(server.getHost(), server.getPort());
    }

    /** Directly, since a replica set would name its own address and the driver go round the proxy. */
    private String through(Side side) {
        return "mongodb://" + proxy(side).address() + "/?directConnection=true";
    }

    private FaultProxy proxy(Side side) {
        return Objects.requireNonNull(proxies.get(side));
    }

    private static void noticeSilenceSoon(MongoClientSettings.Builder settings) {
        settings.applyToSocketSettings(socket -> socket.readTimeout(SILENCE_SECONDS, TimeUnit.SECONDS))
                .applyToServerSettings(server -> server.heartbeatFrequency(1, TimeUnit.SECONDS));
    }

    @AfterEach
    void stop() {
        proxies.values().forEach(FaultProxy::heal);
        engine.close();
        proxies.values().forEach(FaultProxy::close);
        device.drop();
        atlas.drop();
        localClient.close();
        hubClient.close();
    }

    @Test
    void losesNothingInAnyWeather() throws InterruptedException {
        long seed = Long.getLong("weather.seed", System.nanoTime());
        System.err.println("weather.seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        engine.start();
        Map<String, Integer> expected;
        try (Traffic onDevice = new Traffic(device, "device", seed);
                Traffic onHub = new Traffic(atlas, "hub", seed + 1)) {
            Awaitility.await().atMost(UP_MAX).until(() -> carried(atlas, "device") && carried(device, "hub"));
            for (Spell spell : spells(random)) {
                endure(spell, random);
            }
            expected = new TreeMap<>(onDevice.finish());
            expected.putAll(onHub.finish());
            System.err.println("changes on the device: " + onDevice.changes() + ", on the hub: " + onHub.changes());
        }
        Awaitility.await()
                .atMost(QUIET_MAX)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> assertNothingLost(expected));
        assertThat(engine.status().quarantined()).isZero();
    }

    /** Every kind of weather over each side once, in any order. */
    private static List<Spell> spells(SplittableRandom random) {
        List<Spell> ordered = new ArrayList<>();
        for (Weather weather : Weather.values()) {
            ordered.add(new Spell(Side.LOCAL, weather));
            ordered.add(new Spell(Side.HUB, weather));
        }
        List<Spell> shuffled = new ArrayList<>();
        while (!ordered.isEmpty()) {
            shuffled.add(ordered.remove(random.nextInt(ordered.size())));
        }
        return shuffled;
    }

    private void endure(Spell spell, SplittableRandom random) {
        FaultProxy proxy = proxy(spell.side());
        pass(random.nextInt(1_000));
        spell.weather().begin.accept(proxy);
        pass(500 + random.nextInt(2_000));
        proxy.heal();
        proxy.forgetPlans();
    }

    /** Traffic goes on meanwhile. */
    private static void pass(int millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static boolean carried(MongoDatabase database, String from) {
        return database.getCollection(Traffic.OWN)
                        .countDocuments(new Document("_id", new Document("$regex", "^" + from + "-")))
                > 0;
    }

    private void assertNothingLost(Map<String, Integer> expected) {
        assertThat(values(device)).as("on the device").isEqualTo(expected);
        assertThat(values(atlas)).as("on the hub").isEqualTo(expected);
        assertThat(shared(device)).isNotEmpty().isEqualTo(shared(atlas));
    }

    private static Map<String, Integer> values(MongoDatabase database) {
        Map<String, Integer> found = new TreeMap<>();
        database.getCollection(Traffic.OWN)
                .find()
                .forEach(document -> found.put(document.getString("_id"), document.getInteger("value")));
        return found;
    }

    private static Map<Integer, Document> shared(MongoDatabase database) {
        Map<Integer, Document> found = new TreeMap<>();
        database.getCollection(Traffic.SHARED).find().forEach(document -> {
            document.remove("_sync");
            found.put(document.getInteger("_id"), document);
        });
        return found;
    }
}
