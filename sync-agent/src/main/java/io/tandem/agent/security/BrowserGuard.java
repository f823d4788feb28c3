package io.tandem.agent.security;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Keeps foreign web pages from using a browser on this machine as their hand. Without tokens being local is the only proof of trust, and a
 * page from anywhere runs locally too: it may post forms to {@code localhost}, or point a name of its own at {@code 127.0.0.1}. Pure.
 */
public final class BrowserGuard {
    private static final Set<String> LOOPBACK = Set.of("localhost", "[::1]", "[0:0:0:0:0:0:0:1]");

    /** The whole of 127.0.0.0/8 is this machine, and HOST may name any of it. A name that only begins like one is none. */
    private static final Pattern LOOPBACK_ADDRESS = Pattern.compile("127(?:\\.\\d{1,3}){3}");

    private BrowserGuard() {}

    /**
     * Why a call must be refused; empty when it may pass.
     *
     * @param host the Host header
     * @param origin the Origin header, if any
     * @param fetchSite the Sec-Fetch-Site header, if any
     * @param navigates whether a person follows a link to a page, which changes nothing
     * @param loginRequired whether tokens are set
     */
    public static Optional<String> refuse(
            String host,
            Optional<String> origin,
            Optional<String> fetchSite,
            boolean navigates,
            boolean loginRequired) {
        if (!loginRequired && !isLoopback(nameOf(host))) {
            return Optional.of(
                    "Without API_TOKENS only this machine may call, under the names localhost, 127.0.0.1 or [::1];"
                            + " the Host header says otherwise. Set API_TOKENS, or let a proxy in front send Host: localhost.");
        }
        if (origin.isPresent() && !sameOrigin(origin.get(), host)) {
            return Optional.of("Calls from web pages of another origin are refused.");
        }
        boolean crossSite = fetchSite.isPresent()
                && (fetchSite.get().equals("cross-site") || fetchSite.get().equals("same-site"));
        return crossSite && !navigates
                ? Optional.of("Calls from web pages of another site are refused.")
                : Optional.empty();
    }

    private static boolean sameOrigin(String origin, String host) {
        try {
            URI uri = new URI(origin);
            return uri.getRawAuthority() != null && uri.getRawAuthority().equalsIgnoreCase(host);
        } catch (URISyntaxException malformed) {
            return false;
        }
    }

    private static boolean isLoopback(String name) {
        return LOOPBACK.contains(name) || LOOPBACK_ADDRESS.matcher(name).matches();
    }

    private static String nameOf(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        int port = lower.startsWith("[") ? lower.indexOf(':', lower.indexOf(']')) : lower.indexOf(':');
        return port < 0 ? lower : lower.substring(0, port);
    }
}
