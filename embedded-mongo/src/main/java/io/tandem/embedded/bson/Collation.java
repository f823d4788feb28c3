package io.tandem.embedded.bson;

import de.bwaldvogel.mongo.bson.Document;
import io.tandem.embedded.error.ServerError;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How strings are compared: byte by byte (the simple collation), or by letters, with or without accents and case. Any thread;
 * immutable.
 *
 * <p>Supported are the locales whose order is the root order of the Unicode collation, and of the options those that say what a
 * difference is: `strength` 1 (letters), 2 (and accents) or 3 (and case), and `caseLevel`. Whatever else would change an order is refused.
 */
public final class Collation {
    /** Strings by their bytes. */
    public static final Collation SIMPLE = new Collation(new Document(), 0, false);

    private static final Set<String> ROOT_ORDER =
            Set.of("en", "en_US", "en_GB", "en_AU", "en_CA", "de", "fr", "it", "nl", "pt");
    /** What the supported collations have in common, in the order in which a server lists the options. */
    private static final Map<String, Object> FIXED = Map.of(
            "caseFirst",
            "off",
            "numericOrdering",
            false,
            "alternate",
            "non-ignorable",
            "maxVariable",
            "punct",
            "normalization",
            false,
            "backwards",
            false);

    private static final String VERSION = "57.1";

    private final Document specification;
    private final int strength;
    private final boolean caseLevel;

    private Collation(Document specification, int strength, boolean caseLevel) {
        this.specification = specification;
        this.strength = strength;
        this.caseLevel = caseLevel;
    }

    /** The collation that a command, collection or index asks for; null when it does not ask for any. */
    public static @Nullable Collation given(@Nullable Object value) {
        if (value == null || (value instanceof Document none && none.isEmpty())) {
            return null;
        }
        if (!(value instanceof Document given)) {
            throw new ServerError(
                    ServerError.TYPE_MISMATCH,
                    "BSON field 'collation' is the wrong type '" + BsonTypes.name(value) + "', expected type 'object'");
        }
        if (!(given.get("locale") instanceof String locale)) {
            throw new ServerError(40414, "BSON field 'collation.locale' is missing but a required field");
        }
        if (locale.equals("simple")) {
            if (given.size() > 1) {
                throw new ServerError(
                        ServerError.BAD_VALUE,
                        "If 'locale' is 'simple' no other fields should be set in: " + ShellText.of(given));
            }
            return SIMPLE;
        }
        if (!ROOT_ORDER.contains(locale)) {
            throw unsupported("locale", locale);
        }
        given.forEach(Collation::requireSupported);
        int strength = given.get("strength") instanceof Number number ? number.intValue() : 3;
        boolean caseLevel = Boolean.TRUE.equals(given.get("caseLevel"));
        return new Collation(complete(locale, strength, caseLevel), strength, caseLevel);
    }

    private static void requireSupported(String option, @Nullable Object value) {
        boolean supported = switch (option) {
            case "locale", "version" -> value instanceof String;
            case "strength" ->
                value instanceof Number number
                        && number.doubleValue() == number.intValue()
                        && number.intValue() >= 1
                        && number.intValue() <= 3;
            case "caseLevel" -> value instanceof Boolean;
            default -> {
                if (!FIXED.containsKey(option)) {
                    throw new ServerError(40415, "BSON field 'collation." + option + "' is an unknown field.");
                }
                yield FIXED.get(option).equals(value);
            }
        };
        if (!supported) {
            throw unsupported(option, ShellText.of(value));
        }
    }

    private static ServerError unsupported(String option, String value) {
        return new ServerError(
                ServerError.COMMAND_NOT_SUPPORTED,
                "collation with " + option + " " + value
                        + " is not supported by this embedded server; supported are the locale "
                        + "simple and, with strength 1 to 3 and caseLevel, en and others of the same order");
    }

    private static Document complete(String locale, int strength, boolean caseLevel) {
        return new Document("locale", locale)
                .append("caseLevel", caseLevel)
                .append("caseFirst", "off")
                .append("strength", strength)
                .append("numericOrdering", false)
                .append("alternate", "non-ignorable")
                .append("maxVariable", "punct")
                .append("normalization", false)
                .append("backwards", false)
                .append("version", VERSION);
    }

    public boolean isSimple() {
        return strength == 0;
    }

    /** All options, as a server lists them; empty for the simple collation. */
    public Document specification() {
        return specification.clone();
    }

    /** The order of two strings; 0 when this collation sees no difference. */
    public int compare(String a, String b) {
        return isSimple() ? BsonOrder.compareStrings(a, b) : Arrays.compareUnsigned(key(a), key(b));
    }

    /** Bytes whose unsigned order is the order of the strings; equal for strings without a difference. Not for the simple collation. */
    byte[] key(String text) {
        return CollationKey.of(text, strength >= 2, strength >= 3 || caseLevel);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Collation that
                && strength == that.strength
                && caseLevel == that.caseLevel
                && specification.equals(that.specification);
    }

    @Override
    public int hashCode() {
        return specification.hashCode();
    }

    @Override
    public String toString() {
        return "Collation[" + (isSimple() ? "simple" : specification) + "]";
    }
}
