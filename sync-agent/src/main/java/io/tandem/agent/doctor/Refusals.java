package io.tandem.agent.doctor;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import io.tandem.agent.text.Masking;
import java.util.Set;

/** What servers refuse, and how it is shown. Pure. */
final class Refusals {

    private static final int TEXT_MAX = 240;

    /** Of a longer text so much of the beginning stays; the rest is the end, where the driver names the cause. */
    private static final int HEAD = 80;

    /** Not authorised, command not found, not supported, not implemented, not allowed on an Atlas tier (8000). */
    private static final Set<Integer> NOT_OFFERED = Set.of(13, 59, 115, 238, 8000);

    private Refusals() {}

    /** Whether a server answered that it does not do this here, or not for this user; Atlas does so for many commands. */
    static boolean isNotOffered(MongoException failed) {
        return failed instanceof MongoCommandException refused && NOT_OFFERED.contains(refused.getErrorCode());
    }

    /** One line without secrets: what failed, and why. */
    static String shortened(MongoException failed) {
        String text = Masking.patterns(String.valueOf(failed.getMessage())).replaceAll("\\s+", " ");
        return text.length() <= TEXT_MAX
                ? text
                : text.substring(0, HEAD) + " ... " + text.substring(text.length() - (TEXT_MAX - HEAD));
    }
}
