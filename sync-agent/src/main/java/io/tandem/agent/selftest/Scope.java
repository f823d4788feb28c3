package io.tandem.agent.selftest;

import com.mongodb.client.MongoDatabase;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The prefix of all collections of one run: {@code _tandem_selftest_}, the second of its start and a random number in hexadecimal digits.
 *
 * <p>No agent syncs such collections, and the engines of a run sync nothing else, so neither can disturb the other. The time in the name
 * lets a later run remove what a killed one left behind.
 *
 * @param prefix the whole prefix
 */
record Scope(String prefix) {

    static final String FAMILY = "_tandem_selftest_";

    private static final Pattern FORM = Pattern.compile("(" + FAMILY + ")([0-9a-f]{8})[0-9a-f]{4}_.*");
    private static final Duration ABANDONED_AFTER = Duration.ofHours(6);

    static Scope starting(Instant now) {
        return new Scope(String.format(
                Locale.ROOT,
                "%s%08x%04x_",
                FAMILY,
                now.getEpochSecond() & 0xffffffffL,
                new SecureRandom().nextInt(0x10000)));
    }

    String collection(String name) {
        return prefix + name;
    }

    /** Drops this run's collections. */
    void dropFrom(MongoDatabase database) {
        for (String name : database.listCollectionNames().into(new ArrayList<>())) {
            if (name.startsWith(prefix)) {
                database.getCollection(name).drop();
            }
        }
    }

    /** Drops what runs left behind that were killed long ago; returns the collections' names. */
    static List<String> dropAbandoned(MongoDatabase database, Instant now) {
        List<String> dropped = new ArrayList<>();
        for (String name : database.listCollectionNames().into(new ArrayList<>())) {
            Matcher matcher = FORM.matcher(name);
            if (matcher.matches()) {
                Instant started = Instant.ofEpochSecond(Long.parseLong(matcher.group(2), 16));
                if (started.plus(ABANDONED_AFTER).isBefore(now)) {
                    database.getCollection(name).drop();
                    dropped.add(name);
                }
            }
        }
        return dropped;
    }
}
