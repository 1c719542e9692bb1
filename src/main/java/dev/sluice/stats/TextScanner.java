package dev.sluice.stats;

/** Finds the form of one text. Looks at every byte once to learn what kinds of bytes there are, then only at forms of these. */
final class TextScanner {
    private static final int SPACE = 1;
    private static final int DIGIT = 1 << 1;
    private static final int HEX = 1 << 2;
    private static final int LETTER = 1 << 3;
    private static final int DOT = 1 << 4;
    private static final int HYPHEN = 1 << 5;
    private static final int COLON = 1 << 6;
    private static final int SLASH = 1 << 7;
    private static final int AT = 1 << 8;
    private static final int PLUS = 1 << 9;
    private static final int BRACKET = 1 << 10;
    private static final int OTHER = 1 << 11;

    private static final int NUMBER = DIGIT | HYPHEN | PLUS;
    private static final int LONGEST_IP = 45;

    /** What each byte is; those beyond ASCII are letters. */
    private static final short[] KINDS = new short[256];

    static {
        for (int b = 0; b < KINDS.length; b++) {
            KINDS[b] = (short) kind(b);
        }
    }

    private final byte[] text;
    private final int from;
    private final int to;

    TextScanner(byte[] text, int from, int to) {
        this.text = text;
        this.from = from;
        this.to = to;
    }

    private static int kind(int b) {
        if (b <= ' ') {
            return SPACE;
        } else if (b >= '0' && b <= '9') {
            return DIGIT;
        } else if ((b | 0x20) >= 'a' && (b | 0x20) <= 'z') {
            return (b | 0x20) <= 'f' ? HEX : LETTER;
        } else if (b >= 0x80) {
            return LETTER;
        }
        return switch (b) {
            case '.' -> DOT;
            case '-' -> HYPHEN;
            case ':' -> COLON;
            case '/' -> SLASH;
            case '@' -> AT;
            case '+' -> PLUS;
            case '(', ')' -> BRACKET;
            default -> OTHER;
        };
    }

    TextForm form() {
        int kinds = 0;
        for (int i = from; i < to; i++) {
            kinds |= KINDS[text[i] & 0xff];
        }
        if ((kinds & ~SPACE) == 0) {
            return TextForm.BLANK;
        } else if ((kinds & (DIGIT | AT | COLON)) == 0) {
            return isBoolean() ? TextForm.BOOLEAN : TextForm.OTHER;
        } else if (isAddress(kinds)) {
            return TextForm.IP;
        }
        TextForm form = (kinds & DIGIT) == 0 ? TextForm.OTHER : formWithDigits(kinds);
        if (form != TextForm.OTHER) {
            return form;
        }
        return isEmail(kinds) ? TextForm.EMAIL : isUrl(kinds) ? TextForm.URL : TextForm.OTHER;
    }

    private TextForm formWithDigits(int kinds) {
        if (isDate(from, to)) {
            return TextForm.DATE;
        } else if ((kinds & COLON) != 0 && (kinds & ~(DIGIT | COLON | DOT)) == 0 && timeEnd(from) == to) {
            return TextForm.TIME;
        } else if ((kinds & COLON) != 0 && isTimestamp()) {
            return TextForm.TIMESTAMP;
        } else if (isPhone(kinds) && (kinds & PLUS) != 0) {
            return TextForm.PHONE;
        } else if ((kinds & ~NUMBER) == 0 && digits(afterSign(from)) == to) {
            return TextForm.INTEGER;
        } else if ((kinds & ~(NUMBER | DOT | HEX)) == 0 && isDecimal()) {
            return TextForm.DECIMAL;
        } else if (isUuid(kinds)) {
            return TextForm.UUID;
        }
        return isPhone(kinds) ? TextForm.PHONE : TextForm.OTHER;
    }

    private boolean isBoolean() {
        return isWord("true") || isWord("false") || isWord("yes") || isWord("no");
    }

    private boolean isWord(String lower) {
        if (to - from != lower.length()) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            if ((text[from + i] | 0x20) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean isDate(int start, int end) {
        if (end - start != 10) {
            return false;
        }
        if (number(start, 4) >= 0) {
            byte between = text[start + 4];
            return isBetween(between)
                    && text[start + 7] == between
                    && isMonthAndDay(number(start + 5, 2), number(start + 8, 2));
        }
        byte between = text[start + 2];
        int first = number(start, 2);
        int second = number(start + 3, 2);
        return isBetween(between)
                && text[start + 5] == between
                && number(start + 6, 4) >= 0
                && (isMonthAndDay(first, second) || isMonthAndDay(second, first));
    }

    private static boolean isBetween(byte b) {
        return b == '-' || b == '/' || b == '.';
    }

    private static boolean isMonthAndDay(int month, int day) {
        return month >= 1 && month <= 12 && day >= 1 && day <= 31;
    }

    /** Where a time ends that starts here; -1 when there is none. */
    private int timeEnd(int start) {
        if (!isClock(start, 23) || at(start + 2) != ':' || !isClock(start + 3, 59)) {
            return -1;
        }
        int end = start + 5;
        if (at(end) == ':' && isClock(end + 1, 60)) {
            end += 3;
            if (at(end) == '.' && digits(end + 1) > end + 1) {
                end = digits(end + 1);
            }
        }
        return end;
    }

    private boolean isClock(int start, int most) {
        int value = number(start, 2);
        return value >= 0 && value <= most;
    }

    private boolean isTimestamp() {
        if (to - from < 16
                || number(from, 4) < 0
                || !isDate(from, from + 10)
                || (text[from + 10] != 'T' && text[from + 10] != ' ')) {
            return false;
        }
        int end = timeEnd(from + 11);
        if (end < 0 || end == to) {
            return end == to;
        } else if (text[end] == 'Z') {
            return end + 1 == to;
        }
        boolean signed = text[end] == '+' || text[end] == '-';
        int minutes = at(end + 3) == ':' ? end + 4 : end + 3;
        return signed && isClock(end + 1, 23) && (end + 3 == to || (isClock(minutes, 59) && minutes + 2 == to));
    }

    private boolean isDecimal() {
        int start = afterSign(from);
        int point = digits(start);
        int end = at(point) == '.' ? digits(point + 1) : point;
        boolean some = point > start || end > point + 1;
        if (some && end < to && (text[end] | 0x20) == 'e') {
            int exponent = afterSign(end + 1);
            return digits(exponent) == to && to > exponent;
        }
        return some && end == to && end > point;
    }

    private boolean isUuid(int kinds) {
        if (to - from != 36 || (kinds & ~(DIGIT | HEX | HYPHEN)) != 0) {
            return false;
        }
        for (int i = 0; i < 36; i++) {
            boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
            if (hyphen != (text[from + i] == '-')) {
                return false;
            }
        }
        return true;
    }

    private boolean isAddress(int kinds) {
        if (to - from > LONGEST_IP) {
            return false;
        }
        if ((kinds & ~(DIGIT | DOT)) == 0) {
            return isFourNumbers();
        }
        return (kinds & COLON) != 0 && (kinds & ~(DIGIT | HEX | COLON)) == 0 && isGroups();
    }

    private boolean isFourNumbers() {
        int i = from;
        for (int part = 0; part < 4; part++) {
            int end = digits(i);
            int length = end - i;
            if (length < 1 || length > 3 || number(i, length) > 255 || (part < 3 && at(end) != '.')) {
                return false;
            }
            i = end + 1;
        }
        return i == to + 1;
    }

    /** Eight groups, or fewer where two colons stand once for those that are zero. */
    private boolean isGroups() {
        int groups = 0;
        int doubled = 0;
        int length = 0;
        for (int i = from; i < to; i++) {
            if (text[i] != ':') {
                length++;
                groups += length == 1 ? 1 : 0;
                if (length > 4) {
                    return false;
                }
            } else {
                boolean alone = at(i + 1) != ':' && (i == from || text[i - 1] != ':');
                doubled += at(i + 1) == ':' ? 1 : 0;
                if (alone && (i == from || i == to - 1)) {
                    return false;
                }
                length = 0;
            }
        }
        return doubled == 0 ? groups == 8 : doubled == 1 && groups < 8;
    }

    private boolean isEmail(int kinds) {
        if ((kinds & AT) == 0 || (kinds & DOT) == 0 || (kinds & SPACE) != 0) {
            return false;
        }
        int at = from;
        while (text[at] != '@') {
            at++;
        }
        int lastDot = -1;
        int label = at + 1;
        for (int i = at + 1; i < to; i++) {
            if (text[i] == '.') {
                if (i == label) {
                    return false;
                }
                lastDot = i;
                label = i + 1;
            } else if ((KINDS[text[i] & 0xff] & (DIGIT | HEX | LETTER | HYPHEN)) == 0) {
                return false;
            }
        }
        return at > from && lastDot > 0 && label < to;
    }

    private boolean isUrl(int kinds) {
        if ((kinds & COLON) == 0 || (kinds & SLASH) == 0 || (kinds & SPACE) != 0) {
            return false;
        }
        int i = from;
        while ((KINDS[text[i] & 0xff] & (LETTER | HEX | DIGIT | PLUS | DOT | HYPHEN)) != 0 && i < to - 1) {
            i++;
        }
        return i > from && at(i) == ':' && at(i + 1) == '/' && at(i + 2) == '/' && i + 3 < to;
    }

    private boolean isPhone(int kinds) {
        if ((kinds & ~(NUMBER | SPACE | DOT | BRACKET)) != 0 || (kinds & ~DIGIT) == 0) {
            return false;
        }
        int digits = 0;
        for (int i = from; i < to; i++) {
            if (text[i] == '+' && i > from) {
                return false;
            }
            digits += text[i] >= '0' && text[i] <= '9' ? 1 : 0;
        }
        int first = KINDS[text[from] & 0xff];
        return digits >= 7
                && digits <= 15
                && (first & (DIGIT | PLUS | BRACKET)) != 0
                && KINDS[text[to - 1] & 0xff] == DIGIT;
    }

    /** So many digits as a number; -1 when there are not so many. */
    private int number(int start, int length) {
        if (start + length > to) {
            return -1;
        }
        int value = 0;
        for (int i = start; i < start + length; i++) {
            if (text[i] < '0' || text[i] > '9') {
                return -1;
            }
            value = 10 * value + text[i] - '0';
        }
        return value;
    }

    /** The first place from here on without a digit. */
    private int digits(int start) {
        int i = start;
        while (i < to && text[i] >= '0' && text[i] <= '9') {
            i++;
        }
        return i;
    }

    private int afterSign(int start) {
        return at(start) == '-' || at(start) == '+' ? start + 1 : start;
    }

    /** The byte at a place; 0 behind the end. */
    private byte at(int i) {
        return i < to ? text[i] : 0;
    }
}
