package io.tandem.contract.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;

/**
 * The differences that are allowed, each with the reason why it does not matter to Tandem, from {@code known-differences.json}.
 *
 * <p>Each entry: {@code server} ({@code embedded}, {@code real} or {@code any}), optional {@code wireFrom} and {@code wireTo} (the range
 * of wire versions it applies to), {@code scenario} (a name, or {@code *}), {@code difference} (the text of one difference, where
 * {@code *} stands for anything), and {@code reason}. One object per run; one thread.
 */
final class KnownDifferences {
    private static final String EMBEDDED = "embedded";

    private final List<Entry> entries;
    private final Set<Entry> seen = new HashSet<>();

    KnownDifferences(List<BsonDocument> entries) {
        this.entries = entries.stream().map(Entry::new).toList();
    }

    static KnownDifferences ofFile() {
        try (InputStream in = KnownDifferences.class.getResourceAsStream("known-differences.json")) {
            if (in == null) {
                throw new IllegalStateException("known-differences.json is missing from the test resources.");
            }
            BsonDocument file = BsonDocument.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            return new KnownDifferences(file.getArray("differences").stream()
                    .map(BsonValue::asDocument)
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The differences that no entry allows; on an embedded server followed by the entries for exactly this scenario that nothing differs
     * from any more. Real servers are of any release, and not each of them differs in everything that some do.
     */
    List<String> unexplained(String kind, int wireVersion, String scenario, List<String> differences) {
        List<String> left = new ArrayList<>(differences);
        for (Entry entry : entries) {
            if (entry.isFor(kind, wireVersion, scenario)) {
                boolean matched = left.removeIf(entry::matches);
                if (matched) {
                    seen.add(entry);
                } else if (kind.equals(EMBEDDED) && !entry.isForAllScenarios()) {
                    left.add("no longer differs, so take it out of known-differences.json: " + entry.difference());
                }
            }
        }
        return left;
    }

    /** The entries for all scenarios that apply to an embedded server and that nothing differed from in the whole run. */
    List<String> stale(String kind, int wireVersion) {
        return entries.stream()
                .filter(entry -> kind.equals(EMBEDDED)
                        && entry.isForAllScenarios()
                        && entry.isFor(kind, wireVersion, "")
                        && !seen.contains(entry))
                .map(Entry::difference)
                .toList();
    }

    private static final class Entry {

        private final BsonDocument document;
        private final Pattern pattern;

        Entry(BsonDocument document) {
            this.document = document;
            if (document.getString("reason").getValue().length() < 20) {
                throw new IllegalArgumentException("A known difference needs a real reason: " + document);
            }
            this.pattern = Pattern.compile(Pattern.quote(difference()).replace("*", "\\E.*\\Q"), Pattern.DOTALL);
        }

        String difference() {
            return document.getString("difference").getValue();
        }

        boolean isForAllScenarios() {
            return document.getString("scenario").getValue().equals("*");
        }

        boolean isFor(String kind, int wireVersion, String scenario) {
            String server = document.getString("server").getValue();
            int from = document.getInt32("wireFrom", new BsonInt32(0)).getValue();
            int to = document.getInt32("wireTo", new BsonInt32(Integer.MAX_VALUE))
                    .getValue();
            return (server.equals("any") || server.equals(kind))
                    && wireVersion >= from
                    && wireVersion <= to
                    && (isForAllScenarios()
                            || document.getString("scenario").getValue().equals(scenario));
        }

        boolean matches(String difference) {
            return pattern.matcher(difference).matches();
        }
    }
}
