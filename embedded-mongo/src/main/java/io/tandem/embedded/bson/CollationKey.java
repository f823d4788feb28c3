package io.tandem.embedded.bson;

import java.io.ByteArrayOutputStream;
import java.text.Normalizer;

/**
 * Makes sort keys in the manner of the Unicode collation algorithm: first the letters of the whole string, then its accents, then its
 * case. Spaces come before punctuation, symbols, digits and letters; letters of one script in the order of their code points. Pure.
 */
final class CollationKey {
    private static final int SPACE = 2;
    private static final int PUNCTUATION = 3;
    private static final int SYMBOL = 4;
    private static final int DIGIT = 5;
    private static final int LETTER = 6;
    private static final int PLAIN = 1;
    private static final int LOWER = 1;
    private static final int UPPER = 2;

    private final ByteArrayOutputStream letters = new ByteArrayOutputStream();
    private final ByteArrayOutputStream accents = new ByteArrayOutputStream();
    private final ByteArrayOutputStream cases = new ByteArrayOutputStream();

    private CollationKey() {}

    static byte[] of(String text, boolean withAccents, boolean withCase) {
        CollationKey key = new CollationKey();
        Normalizer.normalize(text, Normalizer.Form.NFD).codePoints().forEach(key::add);
        ByteArrayOutputStream all = key.letters;
        if (withAccents) {
            all.write(0);
            all.writeBytes(key.accents.toByteArray());
        }
        if (withCase) {
            all.write(0);
            all.writeBytes(key.cases.toByteArray());
        }
        return all.toByteArray();
    }

    private void add(int point) {
        int type = Character.getType(point);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            weight(accents, PLAIN + 1, point);
            cases.write(LOWER);
        } else if (point == 0xdf) { // the German sharp s is a way to write ss
            letter('s', LOWER);
            letter('s', UPPER);
        } else if (!isIgnored(point, type)) {
            int folded = Character.toLowerCase(Character.toUpperCase(point));
            letter(folded, point == Character.toLowerCase(point) ? LOWER : UPPER);
        }
    }

    private void letter(int folded, int letterCase) {
        weight(letters, group(folded), Character.isDigit(folded) ? Character.digit(folded, 10) : folded);
        accents.write(PLAIN);
        cases.write(letterCase);
    }

    private static void weight(ByteArrayOutputStream into, int group, int value) {
        into.write(group);
        into.write(value >>> 16);
        into.write(value >>> 8);
        into.write(value);
    }

    private static boolean isIgnored(int point, int type) {
        boolean space = point >= '\t' && point <= '\r';
        return !space && (type == Character.CONTROL || type == Character.FORMAT);
    }

    private static int group(int point) {
        if (Character.isWhitespace(point) || Character.isSpaceChar(point)) {
            return SPACE;
        } else if (Character.isDigit(point)) {
            return DIGIT;
        }
        return switch (Character.getType(point)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> PUNCTUATION;
            case Character.MATH_SYMBOL, Character.CURRENCY_SYMBOL, Character.MODIFIER_SYMBOL, Character.OTHER_SYMBOL ->
                SYMBOL;
            default -> LETTER;
        };
    }
}
