package io.tandem.agent.config;

import io.tandem.agent.text.Masking;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A MongoDB connection string, taken apart without asking DNS, so that a device that is offline can start. Immutable. Its text form hides
 * the password.
 *
 * @param text the connection string as given, with its secrets
 * @param hosts host names with ports, as written
 * @param user the user name as written, still URL-encoded
 * @param database the database after the slash
 */
public record MongoUri(String text, List<String> hosts, Optional<String> user, Optional<String> database) {
    private static final Pattern FORM =
            Pattern.compile("(mongodb(?:\\+srv)?)://(?:([^@/?]*)@)?([^/?@]+)(?:/([^?]*))?(?:\\?(.*))?");
    /** Percent signs must begin an escape, and what ends a host or a path must be one. */
    private static final Pattern ENCODED = Pattern.compile("(?:[^%/?#\\[\\]\\s]|%[0-9A-Fa-f]{2})*");

    private static final String HOST = "(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::\\d{1,5})?";
    private static final Pattern HOSTS = Pattern.compile(HOST + "(?:," + HOST + ")*");
    private static final Pattern FORBIDDEN_IN_DATABASE = Pattern.compile("[/\\\\. \"$*<>:|?%]");

    public MongoUri {
        hosts = List.copyOf(hosts);
    }

    /** @throws IllegalArgumentException saying what is wrong, without the password */
    public static MongoUri parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!text.startsWith("mongodb://") && !text.startsWith("mongodb+srv://")) {
            throw new IllegalArgumentException("does not begin with mongodb:// or mongodb+srv://");
        }
        if (credentialsEnd(text) >= 0 && (!matcher.matches() || matcher.group(2) == null)) {
            throw new IllegalArgumentException(
                    "has a user name or password with a bare @ / or ?, which must be URL-encoded (%40 %2F %3F)");
        }
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "is not a connection string; characters such as @ : / in a password must be URL-encoded (%40 %3A %2F)");
        }
        boolean srv = matcher.group(1).endsWith("+srv");
        List<String> hosts = hosts(matcher.group(3), srv);
        Optional<String> user = userOf(matcher.group(2));
        String database = matcher.group(4) == null ? "" : matcher.group(4);
        if (FORBIDDEN_IN_DATABASE.matcher(database).find() || database.length() > 63) {
            throw new IllegalArgumentException("names a database that MongoDB does not allow"
                    + (database.contains("@") ? "" : " ('" + Masking.patterns(database) + "')"));
        }
        checkOptions(matcher.group(5));
        return new MongoUri(text, hosts, user, database.isEmpty() ? Optional.empty() : Optional.of(database));
    }

    private static List<String> hosts(String text, boolean srv) {
        List<String> hosts = new ArrayList<>();
        for (String host : text.split(",", -1)) {
            if (host.isBlank()) {
                throw new IllegalArgumentException("has an empty host name");
            }
            int colon = host.startsWith("[") ? host.indexOf("]:") + 1 : host.indexOf(':');
            if (colon > 0) {
                checkPort(host.substring(colon + 1), srv);
            }
            hosts.add(host);
        }
        if (srv && hosts.size() > 1) {
            throw new IllegalArgumentException("names several hosts, but mongodb+srv:// takes exactly one");
        }
        return hosts;
    }

    private static void checkPort(String port, boolean srv) {
        if (srv) {
            throw new IllegalArgumentException("has a port, which mongodb+srv:// does not allow");
        }
        boolean valid = port.matches("\\d{1,5}") && Integer.parseInt(port) >= 1 && Integer.parseInt(port) <= 65535;
        if (!valid) {
            throw new IllegalArgumentException("has a port that is not a number from 1 to 65535");
        }
    }

    private static Optional<String> userOf(String credentials) {
        if (credentials == null) {
            return Optional.empty();
        }
        int colon = credentials.indexOf(':');
        String user = colon < 0 ? credentials : credentials.substring(0, colon);
        if (user.isEmpty()) {
            throw new IllegalArgumentException("has an empty user name before the @");
        }
        if (credentials.indexOf(':', colon + 1) >= 0 && colon >= 0) {
            throw new IllegalArgumentException("has a password with a bare ':', which must be URL-encoded");
        }
        if (!ENCODED.matcher(credentials).matches()) {
            throw new IllegalArgumentException(
                    "has a user name or password with a bare / ? # [ ] or %, which must be URL-encoded (%2F %3F %23 %5B %5D %25)");
        }
        return Optional.of(user);
    }

    private static void checkOptions(String query) {
        if (query == null || query.isEmpty()) {
            return;
        }
        for (String option : query.split("[&;]", -1)) {
            if (!option.isEmpty() && option.indexOf('=') < 1) {
                throw new IllegalArgumentException("has an option without a value after the '?'");
            }
        }
    }

    /** The password as written, still URL-encoded. */
    public Optional<String> password() {
        int at = credentialsEnd(text);
        int colon = text.indexOf(':', authorityBegin(text));
        return at < 0 || colon < 0 || colon > at ? Optional.empty() : Optional.of(text.substring(colon + 1, at));
    }

    /** Whether both name the same hosts. Other names of the same host are not recognised. */
    public boolean sameHosts(MongoUri other) {
        return normalized().equals(other.normalized());
    }

    private List<String> normalized() {
        return hosts.stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .map(host -> host.contains(":") || text.startsWith("mongodb+srv") ? host : host + ":27017")
                .sorted()
                .toList();
    }

    /** The connection string without its secrets. */
    public String masked() {
        return mask(text);
    }

    /** A connection string, or what was meant to be one, without its secrets: of malformed ones rather too much is hidden than too little. */
    static String mask(String text) {
        int at = credentialsEnd(text);
        int colon = text.indexOf(':', authorityBegin(text));
        String masked = at >= 0 && colon >= 0 && colon < at
                ? text.substring(0, colon + 1) + Masking.HIDDEN + text.substring(at)
                : text;
        return Masking.secretOptions(masked);
    }

    private static int authorityBegin(String text) {
        int scheme = text.indexOf("://");
        return scheme < 0 ? 0 : scheme + 3;
    }

    /** Where the @ stands that ends the credentials; negative when there are none. */
    private static int credentialsEnd(String text) {
        int begin = authorityBegin(text);
        int end = begin;
        while (end < text.length() && text.charAt(end) != '/' && text.charAt(end) != '?') {
            end++;
        }
        String authority = text.substring(begin, end);
        if (authority.indexOf('@') >= 0) {
            return begin + authority.lastIndexOf('@');
        }
        // An @ further on belongs to an option, unless what stands before it cannot be hosts: then a password has a
        // bare slash.
        return HOSTS.matcher(authority).matches() ? -1 : text.lastIndexOf('@');
    }

    @Override
    public String toString() {
        return masked();
    }
}
