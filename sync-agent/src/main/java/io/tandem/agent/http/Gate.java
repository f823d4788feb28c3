package io.tandem.agent.http;

import io.tandem.agent.config.ApiToken.Role;
import io.tandem.agent.security.BrowserGuard;
import io.tandem.agent.security.LoginThrottle;
import io.tandem.agent.security.Principal;
import io.tandem.agent.security.Tokens;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets callers in or not: foreign pages, tokens, roles, too many failures. Any thread. */
final class Gate {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    private final Tokens tokens;
    private final LoginThrottle throttle;

    Gate(Tokens tokens, LoginThrottle throttle) {
        this.tokens = tokens;
        this.throttle = throttle;
    }

    /** The parts of a request that decide about entry. */
    record Knock(
            String address,
            String host,
            Optional<String> origin,
            Optional<String> fetchSite,
            Optional<String> fetchMode,
            Optional<String> authorization) {}

    /** Who may come in. @throws Refusal 401, 403 or 429 */
    Principal enter(Knock knock, Access needed, boolean changes) {
        boolean navigates =
                !changes && knock.fetchMode().filter("navigate"::equals).isPresent();
        BrowserGuard.refuse(knock.host(), knock.origin(), knock.fetchSite(), navigates, tokens.required())
                .ifPresent(reason -> {
                    throw Refusal.of(403, reason);
                });
        Optional<Role> role = needed.role();
        if (!tokens.required() || role.isEmpty()) {
            return Principal.LOCAL;
        }
        Principal caller = login(knock);
        if (!caller.role().includes(role.get())) {
            throw Refusal.of(
                    403,
                    "The token '" + caller.name() + "' has the role "
                            + caller.role().label() + ", but this call needs "
                            + role.get().label() + ".");
        }
        return caller;
    }

    private void failedLogin(String address) {
        if (throttle.failed(address)) {
            LOG.warn("Too many failed logins from {}; further ones wait", address);
        } else {
            LOG.info("A login from {} failed: its token is not one of API_TOKENS", address);
        }
    }

    private Principal login(Knock knock) {
        Optional<Duration> wait = throttle.mustWait(knock.address());
        if (wait.isPresent()) {
            long seconds = Math.max(1, wait.get().toSeconds());
            throw Refusal.of(
                    429,
                    "Too many failed logins from this address. Try again in " + seconds + " seconds.",
                    Map.of("Retry-After", Long.toString(seconds)));
        }
        String header = knock.authorization().orElse("");
        boolean bearer = header.regionMatches(true, 0, "Bearer ", 0, 7);
        Optional<Principal> caller = bearer ? tokens.find(header.substring(7).strip()) : Optional.empty();
        if (caller.isPresent()) {
            return caller.get();
        }
        if (!header.isEmpty()) {
            failedLogin(knock.address());
        }
        throw Refusal.of(
                401,
                header.isEmpty()
                        ? "This call needs a token: send the header Authorization: Bearer <token> with one of API_TOKENS."
                        : "The token is not one of API_TOKENS.",
                Map.of("WWW-Authenticate", "Bearer realm=\"tandem\""));
    }
}
