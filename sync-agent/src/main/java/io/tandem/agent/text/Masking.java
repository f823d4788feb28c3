package io.tandem.agent.text;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hides secrets in text: the passwords of every MongoDB connection string, bearer tokens, and the exact secrets it was told about.
 * Immutable; any thread.
 */
public final class Masking {
    /** What stands in place of a secret. */
    public static final String HIDDEN = "<hidden>";

    /** A shorter "secret" would blank out half of every log line; settings refuse such tokens anyway. */
    private static final int SHORTEST_SECRET = 4;

    private static final Pattern CREDENTIALS =
            Pattern.compile("(mongodb(?:\\+srv)?://)([^\\s\"'<>/@:]*)([^\\s\"'<>]*)@", Pattern.CASE_INSENSITIVE);
    private static final Pattern SECRET_OPTION = Pattern.compile(
            "([?&](?:authMechanismProperties|tlsCertificateKeyFilePassword|proxyPassword|proxyUsername)=)[^&\\s\"']+",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern ESCAPE = Pattern.compile("%[0-9A-Fa-f]{2}");
    private static final Pattern BEARER = Pattern.compile("(Bearer\\s+)[^\\s\"',;]+", Pattern.CASE_INSENSITIVE);

    private final List<String> secrets;

    private Masking(List<String> secrets) {
        this.secrets = secrets;
    }

    /** Hides connection string passwords and bearer tokens only. */
    public static Masking standard() {
        return new Masking(List.of());
    }

    /** Also hides these exact texts however they are written: URL-encoded, decoded, or escaped inside a JSON text. */
    public static Masking of(Collection<String> secrets) {
        Set<String> all = new LinkedHashSet<>();
        for (String secret : secrets) {
            for (String form : List.of(secret, decoded(secret), encoded(decoded(secret)))) {
                all.add(form);
                all.add(lowerEscapes(form));
                all.add(jsonEscaped(form));
            }
        }
        // Longest first: a secret that contains another one must not be cut in two.
        return new Masking(all.stream()
                .filter(secret -> secret.length() >= SHORTEST_SECRET)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList());
    }

    private static String encoded(String secret) {
        return URLEncoder.encode(secret, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The same URL escapes with lower-case digits. */
    private static String lowerEscapes(String text) {
        return ESCAPE.matcher(text).replaceAll(match -> match.group().toLowerCase(Locale.ROOT));
    }

    private static String jsonEscaped(String secret) {
        return secret.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private static String decoded(String secret) {
        try {
            return URLDecoder.decode(secret.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return secret;
        }
    }

    /** The text without its secrets. */
    public String apply(String text) {
        String masked = text;
        for (String secret : secrets) {
            masked = masked.replace(secret, HIDDEN);
        }
        return patterns(masked);
    }

    /** The text without connection string passwords and bearer tokens. */
    public static String patterns(String text) {
        String masked = text;
        if (masked.contains("://")) {
            masked = CREDENTIALS.matcher(masked).replaceAll(Masking::hidePassword);
            masked = secretOptions(masked);
        }
        return BEARER.matcher(masked).replaceAll("$1" + HIDDEN);
    }

    /** The text without the values of options of connection strings that are secret. */
    public static String secretOptions(String text) {
        return SECRET_OPTION.matcher(text).replaceAll("$1" + HIDDEN);
    }

    private static String hidePassword(java.util.regex.MatchResult match) {
        String rest = match.group(3).isEmpty() ? "" : ":" + HIDDEN;
        return Matcher.quoteReplacement(match.group(1) + match.group(2) + rest + "@");
    }
}
