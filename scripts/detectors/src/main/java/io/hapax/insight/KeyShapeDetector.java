package io.hapax.insight;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;

/**
 * The detector of weak keys. It looks at a client's keys: their length, whether they are counted, and in how many
 * bits each differs from the one before.
 */
final class KeyShapeDetector implements Detector {
    /**
     * The number by which one good key shortens a run of weak ones. A weak position by chance does not end the run,
     * but a change of keys does.
     */
    private static final int GOOD_KEY = 5;

    /** Numbers of counted keys lie this close: several producers, and partitions read in another order. */
    private static final long CLOSE = 50;

    /** Digits of a number that fits in a long. */
    private static final int MOST_DIGITS = 18;

    private static final double DIGIT_BITS = 3.32;
    private static final double HEX_BITS = 4;
    private static final double ALPHANUMERIC_BITS = 5.17;

    private String last = "";
    private int shortRun;
    private int countedRun;
    private int guessableRun;

    @Override
    public Optional<Finding> observe(UsageFact fact) {
        if (!fact.kind().isFirst()) {
            return Optional.empty();
        }
        String key = fact.idempotencyKey();
        boolean known = !last.isEmpty();
        shortRun = next(shortRun, key.length() < Thresholds.SHORT_KEY);
        countedRun = next(countedRun, known && isCounted(last, key));
        guessableRun = next(guessableRun, known && differingBits(last, key) < Thresholds.GUESSABLE_BITS);
        String before = last;
        last = key;
        return finding(before, key);
    }

    private Optional<Finding> finding(String before, String key) {
        if (countedRun >= Thresholds.WEAK_KEYS - 1) {
            return Optional.of(finding(Cause.SEQUENTIAL_KEYS, countedRun, before, key));
        }
        if (shortRun >= Thresholds.WEAK_KEYS) {
            return Optional.of(finding(Cause.SHORT_KEYS, shortRun, before, key));
        }
        // Counted and short keys are guessable, too; they are told apart before.
        return guessableRun >= Thresholds.WEAK_KEYS - 1 && 2 * countedRun < guessableRun && 2 * shortRun < guessableRun
                ? Optional.of(finding(Cause.GUESSABLE_KEYS, guessableRun, before, key))
                : Optional.empty();
    }

    private static Finding finding(Cause cause, int run, String before, String key) {
        return Finding.of(
                cause,
                Evidence.of("keysInARow", run),
                Evidence.of("length", key.length()),
                Evidence.of("differingBits", Math.round(differingBits(before, key))),
                Evidence.of("keys", before + " " + key));
    }

    private static int next(int run, boolean weak) {
        return weak ? Math.min(run + 1, 2 * Thresholds.WEAK_KEYS) : Math.max(0, run - GOOD_KEY);
    }

    /** True when both keys are one text followed by numbers that lie close together. */
    private static boolean isCounted(String a, String b) {
        int digitsA = digits(a);
        int digitsB = digits(b);
        if (digitsA == 0 || digitsB == 0 || digitsA > MOST_DIGITS || digitsB > MOST_DIGITS) {
            return false;
        }
        String textA = a.substring(0, a.length() - digitsA);
        if (textA.length() != b.length() - digitsB || !b.startsWith(textA)) {
            return false;
        }
        long difference = Long.parseLong(a, a.length() - digitsA, a.length(), 10)
                - Long.parseLong(b, b.length() - digitsB, b.length(), 10);
        return Math.abs(difference) <= CLOSE;
    }

    private static int digits(String text) {
        int count = 0;
        while (count < text.length() && Character.isDigit(text.charAt(text.length() - 1 - count))) {
            count++;
        }
        return count;
    }

    /** Bits of all positions in which the keys differ, by the kind of character there. */
    static double differingBits(String a, String b) {
        boolean hex = isHex(a) && isHex(b);
        double bits = 0;
        for (int i = 0; i < Math.max(a.length(), b.length()); i++) {
            char inA = i < a.length() ? a.charAt(i) : 0;
            char inB = i < b.length() ? b.charAt(i) : 0;
            if (inA != inB) {
                bits += bits(inA, inB, hex);
            }
        }
        return bits;
    }

    private static double bits(char a, char b, boolean hex) {
        if (hex) {
            return HEX_BITS;
        }
        return Character.isDigit(a) && Character.isDigit(b) ? DIGIT_BITS : ALPHANUMERIC_BITS;
    }

    private static boolean isHex(String text) {
        boolean letter = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '-' && Character.digit(c, 16) < 0) {
                return false;
            }
            letter |= !Character.isDigit(c) && c != '-';
        }
        return letter;
    }

    @Override
    public void write(DataOutput out) throws IOException {
        out.writeUTF(last);
        out.writeInt(shortRun);
        out.writeInt(countedRun);
        out.writeInt(guessableRun);
    }

    @Override
    public void read(DataInput in) throws IOException {
        last = in.readUTF();
        shortRun = in.readInt();
        countedRun = in.readInt();
        guessableRun = in.readInt();
    }
}
