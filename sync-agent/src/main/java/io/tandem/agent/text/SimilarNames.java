package io.tandem.agent.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds the known names that a mistyped one probably meant. Pure. */
public final class SimilarNames {

    private SimilarNames() {}

    /**
     * The known names nearest to the one tried, best first.
     *
     * @param distanceMax edits allowed per letter of the longer name, between 0 (only equal names) and 1 (all names)
     * @param countMax how many names to return at most
     */
    public static List<String> to(String tried, Collection<String> known, double distanceMax, int countMax) {
        String wanted = tried.toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(name -> isSimilar(wanted, name.toLowerCase(Locale.ROOT), distanceMax))
                .sorted(Comparator.comparingInt((String name) -> edits(wanted, name.toLowerCase(Locale.ROOT)))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(countMax)
                .toList();
    }

    private static boolean isSimilar(String wanted, String name, double distanceMax) {
        int longer = Math.max(wanted.length(), name.length());
        boolean prefix = wanted.length() >= 2 && name.startsWith(wanted);
        double editsMax = distanceMax * longer;
        return prefix || (editsLeast(wanted, name) <= editsMax && edits(wanted, name) <= editsMax);
    }

    /** Never more than {@link #edits}, and far cheaper: most names of an environment are not alike at all. */
    private static int editsLeast(String from, String to) {
        int[] surplus = new int[64];
        for (int i = 0; i < from.length(); i++) {
            surplus[from.charAt(i) % surplus.length]++;
        }
        for (int i = 0; i < to.length(); i++) {
            surplus[to.charAt(i) % surplus.length]--;
        }
        int more = 0;
        int fewer = 0;
        for (int count : surplus) {
            more += Math.max(count, 0);
            fewer += Math.max(-count, 0);
        }
        return Math.max(more, fewer);
    }

    /** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
    static int edits(String from, String to) {
        int[][] cost = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, from, to, i, j);
            }
        }
        return cost[from.length()][to.length()];
    }

    private static int cheapest(int[][] cost, String from, String to, int i, int j) {
        int replace = cost[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replace, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean swapped =
                i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }
}
