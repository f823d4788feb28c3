package io.tandem.agent.view;

import java.util.Map;

/** An error as {@code application/problem+json} (RFC 9457). */
@Doc("An error (RFC 9457)")
public record ProblemDetail(
        @Doc("Names the kind of error; about:blank when the status says it all")
        String type,

        @Doc("Short, the same for every error of this kind") String title,
        int status,

        @Doc("What was tried, what is wrong, what is allowed, what to do")
        String detail,

        @Doc("The path that was called") String instance,

        @Doc("Per field what is wrong with it, when the body was refused")
        Map<String, String> errors) {}
