package io.tandem.simulation.world;

import java.util.SplittableRandom;

/**
 * What a seed's run is made of. Most features are off in most runs, so that each is also seen alone.
 *
 * @param devices how many devices, 1 to 3
 * @param standby how many of them have a second agent
 * @param standalone how many of them have a server without change streams
 * @param activeMillis how long applications and faults are at work
 * @param writes writes of applications on devices
 * @param directWrites writes and deletes by people on the hub
 * @param keys documents per collection
 * @param crashes agents killed
 * @param partitions times that a device loses the hub or its own database
 * @param lostReplies probability that an operation takes effect and its caller is told that it failed
 * @param feedDelayMillis the longest delay of a change event
 * @param duplicates probability that an event comes twice, and that a reopened feed repeats old ones
 * @param clockMillis how far devices' clocks are off at most
 * @param driftPerMillion how much faster or slower they run
 * @param historyLost times that a side's history is cut off
 * @param tokensDeleted times that an operator deletes a resume token
 * @param toggles times that bidirectional sync is turned off and on
 * @param modeChanges times that a collection's mode is changed
 * @param drops collections dropped
 * @param refusals whether one collection has a unique index and a validator
 * @param merges whether one collection is merged by field, with a counter and a set
 * @param filled whether both sides hold documents before the first contact
 * @param bulkDeletes times that an application deletes most of a collection
 * @param tombstonesExpire whether tombstones and deleted base states expire during the run
 * @param coldMillis how much longer one way takes than the other, at most, while an agent's connections are new
 * @param wholeSeconds whether servers date events to the second only, as those before 6.0 do
 */
record Scenario(
        int devices,
        int standby,
        int standalone,
        long activeMillis,
        int writes,
        int directWrites,
        int keys,
        int crashes,
        int partitions,
        double lostReplies,
        long feedDelayMillis,
        double duplicates,
        long clockMillis,
        double driftPerMillion,
        int historyLost,
        int tokensDeleted,
        int toggles,
        int modeChanges,
        int drops,
        boolean refusals,
        boolean merges,
        boolean filled,
        int bulkDeletes,
        boolean tombstonesExpire,
        long coldMillis,
        boolean wholeSeconds) {

    static Scenario of(long seed) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + 1);
        int devices = 1 + random.nextInt(3);
        int size = random.nextInt(3);
        boolean calm = random.nextInt(5) == 0;
        return new Scenario(
                devices,
                chance(random, 4) ? 1 + random.nextInt(devices) : 0,
                chance(random, 6) ? 1 : 0,
                4_000L + random.nextInt(8_000) * (1L + size),
                5 + random.nextInt(15 * (size + 1)),
                chance(random, 2) ? 1 + random.nextInt(8) : 0,
                1 + random.nextInt(3),
                calm ? 0 : random.nextInt(4),
                calm ? 0 : random.nextInt(3),
                chance(random, 2) && !calm ? random.nextDouble() * 0.03 : 0,
                chance(random, 3) ? 1 + random.nextInt(5_000) : 1 + random.nextInt(100),
                chance(random, 3) ? random.nextDouble() * 0.3 : 0,
                chance(random, 3) ? random.nextInt(10_000_000) : random.nextInt(200),
                chance(random, 3) ? random.nextDouble() * 400 - 200 : 0,
                chance(random, 6) && !calm ? 1 : 0,
                chance(random, 8) ? 1 : 0,
                chance(random, 6) ? 1 + random.nextInt(3) : 0,
                chance(random, 6) ? 1 + random.nextInt(3) : 0,
                chance(random, 12) && !calm ? 1 : 0,
                chance(random, 6),
                chance(random, 4),
                chance(random, 6),
                chance(random, 10) ? 1 : 0,
                chance(random, 12),
                chance(random, 3) ? random.nextInt(1_200) : 0,
                chance(random, 4));
    }

    private static boolean chance(SplittableRandom random, int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    /** Whether devices write and nothing else happens, so that nobody can be in doubt about anything. */
    boolean isFaultless() {
        return hasExactTimes() && crashes == 0 && partitions == 0 && lostReplies == 0 && directWrites == 0;
    }

    /** Whether each change is dated by an event, so that the winner of every conflict is known within the clock error. */
    boolean hasExactTimes() {
        return standalone == 0
                && historyLost == 0
                && tokensDeleted == 0
                && toggles == 0
                && modeChanges == 0
                && drops == 0
                && !filled
                && !refusals
                && bulkDeletes == 0
                && !tombstonesExpire;
    }
}
