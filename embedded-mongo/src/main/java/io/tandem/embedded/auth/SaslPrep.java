package io.tandem.embedded.auth;

import java.text.Normalizer;
import java.util.PrimitiveIterator;

/**
 * The preparation of user names and passwords (SASLprep, RFC 4013), so that different spellings of one text are one password. Pure.
 *
 * <p>Limits: the rules of the RFC are applied with the Unicode tables of the running Java and not with those of Unicode 3.2 that the RFC
 * names. A code point that was assigned later is therefore treated as assigned. Text of ASCII is never changed.
 */
final class SaslPrep {

    private static final String MAPPED_TO_NOTHING =
            "\u00AD\u034F\u1806\u180B\u180C\u180D\u200B\u200C\u200D\u2060\uFEFF";
    private static final String CHANGES_DISPLAY =
            "\u0340\u0341\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u206A\u206B\u206C\u206D\u206E\u206F";
    private static final String MORE_CONTROLS =
            "\u06DD\u070F\u180E\u2028\u2029\u2061\u2062\u2063\uFFF9\uFFFA\uFFFB\uFFFC";

    private SaslPrep() {}

    /**
     * The prepared form.
     *
     * @throws IllegalArgumentException when the text holds a character that the RFC prohibits, named by its number
     */
    static String prepare(String text) {
        String prepared = Normalizer.normalize(mapped(text), Normalizer.Form.NFKC);
        prepared.codePoints().forEach(SaslPrep::refuseProhibited);
        refuseMixedDirections(prepared);
        return prepared;
    }

    private static String mapped(String text) {
        StringBuilder mapped = new StringBuilder(text.length());
        for (PrimitiveIterator.OfInt points = text.codePoints().iterator(); points.hasNext(); ) {
            int point = points.nextInt();
            if (isSpaceToMap(point)) {
                mapped.append(' ');
            } else if (!isMappedToNothing(point)) {
                mapped.appendCodePoint(point);
            }
        }
        return mapped.toString();
    }

    private static boolean isSpaceToMap(int point) {
        return point == 0x00A0
                || point == 0x1680
                || (point >= 0x2000 && point <= 0x200B)
                || point == 0x202F
                || point == 0x205F
                || point == 0x3000;
    }

    private static boolean isMappedToNothing(int point) {
        return MAPPED_TO_NOTHING.indexOf(point) >= 0 || (point >= 0xFE00 && point <= 0xFE0F);
    }

    private static void refuseProhibited(int point) {
        boolean prohibited = Character.isISOControl(point)
                || isSpaceToMap(point)
                || MORE_CONTROLS.indexOf(point) >= 0
                || CHANGES_DISPLAY.indexOf(point) >= 0
                || (point >= 0x1D173 && point <= 0x1D17A)
                || Character.getType(point) == Character.PRIVATE_USE
                || Character.getType(point) == Character.SURROGATE
                || (point & 0xFFFE) == 0xFFFE
                || (point >= 0xFDD0 && point <= 0xFDEF)
                || point == 0xFFFD
                || (point >= 0x2FF0 && point <= 0x2FFB)
                || (point >= 0xE0001 && point <= 0xE007F);
        if (prohibited) {
            throw new IllegalArgumentException(String.format(
                    "A user name or password must not hold the character U+%04X (SASLprep, RFC 4013).", point));
        }
    }

    private static void refuseMixedDirections(String text) {
        boolean rightToLeft = text.codePoints().anyMatch(SaslPrep::isRightToLeft);
        if (!rightToLeft) {
            return;
        }
        boolean leftToRight = text.codePoints()
                .anyMatch(point -> Character.getDirectionality(point) == Character.DIRECTIONALITY_LEFT_TO_RIGHT);
        boolean enclosed = isRightToLeft(text.codePointAt(0)) && isRightToLeft(text.codePointBefore(text.length()));
        if (leftToRight || !enclosed) {
            throw new IllegalArgumentException(
                    "A user name or password with right-to-left letters must begin and end with one and hold no left-to-right letter"
                            + " (SASLprep, RFC 4013).");
        }
    }

    private static boolean isRightToLeft(int point) {
        byte direction = Character.getDirectionality(point);
        return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
    }
}
