package io.tandem.agent.logging;

import io.tandem.agent.text.Masking;
import java.util.regex.Pattern;

/**
 * Hides document content in what servers say: their refusals quote the values of a duplicate key, the details of a failed validation, or
 * their whole answer. Pure.
 */
final class ServerText {
    private static final String FLAT = "[^{}]";
    private static final String NESTED =
            "(?:" + FLAT + "|\\{(?:" + FLAT + "|\\{(?:" + FLAT + "|\\{" + FLAT + "*})*})*})*";
    private static final Pattern QUOTED =
            Pattern.compile("(dup key: |[Ff]ull response is |[Dd]etails=|keyValue=|errInfo\\W{1,4})\\{" + NESTED + "}");

    private ServerText() {}

    static String withoutContent(String text) {
        // Looking for one brace is much cheaper than the pattern, and most lines have none.
        return text.indexOf('{') < 0 ? text : QUOTED.matcher(text).replaceAll("$1" + Masking.HIDDEN);
    }
}
