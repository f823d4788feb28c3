package io.tandem.agent.config;

import io.tandem.agent.text.Durations;
import io.tandem.agent.text.Masking;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** How the text of settings becomes values. Each parser throws {@link IllegalArgumentException} with what is wrong, never with a secret. */
final class Parsers {
    static final int TOKEN_LENGTH_MIN = 16;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern STRATEGY = Pattern.compile("[a-z][a-z0-9]*(?:-[a-z0-9]+)*");
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e&&[^,:]]+");
    private static final Pattern RESOURCE = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private Parsers() {}

    static Boolean bool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("is neither true nor false");
        };
    }

    static Function<String, Integer> integer(int min, int max) {
        return text -> {
            if (!text.matches("[+-]?\\d{1,10}")) {
                throw new IllegalArgumentException("is not a whole number");
            }
            long value = Long.parseLong(text);
            if (value < min || value > max) {
                throw new IllegalArgumentException("is not in " + min + ".." + max);
            }
            return (int) value;
        };
    }

    static Function<String, Duration> duration(Duration min, Duration max) {
        return text -> {
            Duration value = Durations.parse(text);
            if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
                throw new IllegalArgumentException(
                        "is not between " + Durations.words(min) + " and " + Durations.words(max));
            }
            return value;
        };
    }

    static Function<String, String> oneOf(String... allowed) {
        return text -> {
            for (String word : allowed) {
                if (word.equals(text.toLowerCase(Locale.ROOT))) {
                    return word;
                }
            }
            throw new IllegalArgumentException("is not one of " + String.join(", ", allowed));
        };
    }

    static Optional<String> optional(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    static Optional<String> optionalName(String text) {
        if (!text.isEmpty() && !NAME.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "has characters other than letters, digits, '.', '_' and '-', or is longer than 64");
        }
        return optional(text);
    }

    static String strategy(String text) {
        if (!STRATEGY.matcher(text).matches()) {
            throw new IllegalArgumentException("is not the name of a strategy");
        }
        return text;
    }

    static Optional<URI> webhook(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (!http || uri.getHost() == null) {
                throw new IllegalArgumentException("is not an http:// or https:// URL");
            }
            return Optional.of(uri);
        } catch (URISyntaxException malformed) {
            // The reason would repeat the address, and a webhook's address is a secret.
            throw new IllegalArgumentException("is not a URL");
        }
    }

    /** Comma-separated collection names. A single {@code none} means none at all. */
    static Set<String> collections(String text) {
        Set<String> names = new LinkedHashSet<>();
        if (!text.equals("none")) {
            for (String name : items(text)) {
                names.add(collection(name));
            }
        }
        return java.util.Collections.unmodifiableSet(names);
    }

    static String collection(String name) {
        if (name.contains("$")
                || name.indexOf('\0') >= 0
                || name.startsWith("system.")
                || name.startsWith(".")
                || name.length() > 200) {
            throw new IllegalArgumentException("names '" + name + "', which cannot be a collection's name");
        }
        return name;
    }

    /** {@code a=x,b=y}: keys are collections. */
    static <V> Function<String, Map<String, V>> byCollection(Function<String, V> parser) {
        return text -> {
            Map<String, V> map = new LinkedHashMap<>();
            for (String item : items(text)) {
                String[] pair = pair(item);
                if (map.put(collection(pair[0]), parser.apply(pair[1])) != null) {
                    throw new IllegalArgumentException("names '" + pair[0] + "' twice");
                }
            }
            return java.util.Collections.unmodifiableMap(map);
        };
    }

    /** {@code menu=menuitems}: path segments and the collections behind them. */
    static Map<String, String> resources(String text) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String item : items(text)) {
            String[] pair = pair(item);
            if (!RESOURCE.matcher(pair[0]).matches()) {
                throw new IllegalArgumentException(
                        "names the resource '" + pair[0] + "', which cannot stand in a URL path");
            }
            if (pair[1].startsWith("_sync") || pair[1].startsWith("_tandem")) {
                throw new IllegalArgumentException("opens '" + pair[1] + "', which is internal and never reachable");
            }
            if (map.put(pair[0], collection(pair[1])) != null) {
                throw new IllegalArgumentException("names '" + pair[0] + "' twice");
            }
        }
        return java.util.Collections.unmodifiableMap(map);
    }

    /** {@code inventory.quantity,orders.totals.paid}: collection up to the first dot, or up to a colon if there is one; then a field path. */
    static Map<String, Set<String>> fieldPaths(String text) {
        Map<String, Set<String>> paths = new LinkedHashMap<>();
        for (String item : items(text)) {
            int cut = item.indexOf(':') >= 0 ? item.indexOf(':') : item.indexOf('.');
            if (cut < 1 || cut == item.length() - 1) {
                throw new IllegalArgumentException("has '" + item + "', which is not collection.field");
            }
            paths.computeIfAbsent(collection(item.substring(0, cut)), name -> new LinkedHashSet<>())
                    .add(item.substring(cut + 1));
        }
        return java.util.Collections.unmodifiableMap(paths);
    }

    static List<ApiToken> tokens(String text) {
        List<ApiToken> tokens = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>();
        Set<String> secrets = new LinkedHashSet<>();
        for (String item : items(text)) {
            String[] parts = item.split(":", -1);
            int number = tokens.size() + 1;
            if (parts.length != 3) {
                throw new IllegalArgumentException("has an entry " + number + " that is not name:role:token");
            }
            if (!NAME.matcher(parts[0]).matches()) {
                throw new IllegalArgumentException(
                        "has an entry " + number + " whose name is not made of letters, digits, '.', '_' and '-'");
            }
            if (parts[2].length() < TOKEN_LENGTH_MIN || !TOKEN.matcher(parts[2]).matches()) {
                throw new IllegalArgumentException("has a token for '" + parts[0] + "' that is shorter than "
                        + TOKEN_LENGTH_MIN + " characters or has other than visible ASCII characters");
            }
            if (!names.add(parts[0]) || !secrets.add(parts[2])) {
                throw new IllegalArgumentException("has the name or the token of '" + parts[0] + "' twice");
            }
            tokens.add(new ApiToken(parts[0], ApiToken.Role.parse(parts[1]), parts[2]));
        }
        return List.copyOf(tokens);
    }

    /** {@code name:role:token,...} with the tokens hidden, also when the text is malformed. */
    static String maskTokens(String text) {
        List<String> masked = new ArrayList<>();
        for (String item : items(text)) {
            String[] parts = item.split(":", -1);
            masked.add(parts.length == 3 ? parts[0] + ":" + parts[1] + ":" + Masking.HIDDEN : Masking.HIDDEN);
        }
        return String.join(",", masked);
    }

    private static List<String> items(String text) {
        List<String> items = new ArrayList<>();
        for (String item : text.split(",", -1)) {
            if (!item.isBlank()) {
                items.add(item.strip());
            }
        }
        return items;
    }

    private static String[] pair(String item) {
        int cut = item.indexOf('=');
        if (cut < 1 || cut == item.length() - 1) {
            throw new IllegalArgumentException("has '" + item + "', which is not name=value");
        }
        return new String[] {
            item.substring(0, cut).strip(), item.substring(cut + 1).strip()
        };
    }
}
