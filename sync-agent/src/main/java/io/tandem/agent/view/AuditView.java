package io.tandem.agent.view;

import java.time.Instant;
import java.util.List;

/** State-changing calls. */
@Doc("State-changing calls, newest first")
public record AuditView(List<Entry> items) {

    /** One call. */
    @Doc("One call")
    public record Entry(
            Instant at,

            @Doc("The token's name; local without login; - when refused")
            String who,

            @Doc("The caller's address") String from,
            @Doc("Method and path") String call,
            @Doc("What was asked, without document content") String detail,
            @Doc("HTTP status of the answer") int status) {}
}
