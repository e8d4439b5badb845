package io.hapax.stream.wire;

import io.hapax.stream.decision.EncodedPayment;

/** A reader of a command's bytes in our schema. It finds where the payment is, and decodes nothing. */
final class CommandBytes {
    /** Texts in front of the amount: client id, idempotency key, debtor and creditor. */
    private static final int TEXTS_BEFORE_AMOUNT = 4;

    private static final int BITS = 7;
    private static final int LOWER_BITS = (1 << BITS) - 1;

    private final byte[] bytes;
    private int at;

    /** A number was read that takes more bytes than it needs. Other readers than Avro's might refuse it. */
    private boolean isPadded;

    private CommandBytes(byte[] bytes, int from) {
        this.bytes = bytes;
        this.at = from;
    }

    /**
     * The payment in the bytes of a command.
     *
     * @param bytes from which a command in our schema was read
     * @param from index of the first byte behind the header
     * @return {@link EncodedPayment#NONE} for bytes that we would have written otherwise
     */
    static EncodedPayment payment(byte[] bytes, int from) {
        CommandBytes command = new CommandBytes(bytes, from);
        for (int i = 0; i < TEXTS_BEFORE_AMOUNT; i++) {
            command.skipText();
        }
        command.skipNumber();
        command.skipText();
        boolean hasReference = command.readNumber() != 0;
        if (hasReference) {
            command.skipText();
        }
        return command.isPadded ? EncodedPayment.NONE : new EncodedPayment(bytes, from, command.at - from);
    }

    private void skipText() {
        long length = readNumber() >>> 1;
        at += (int) length;
    }

    private void skipNumber() {
        readNumber();
    }

    /** A number as Avro encodes it, before its sign is decoded: seven bits a byte, the lowest first. */
    private long readNumber() {
        long number = 0;
        int shift = 0;
        byte next = bytes[at++];
        while (next < 0) {
            number |= (long) (next & LOWER_BITS) << shift;
            shift += BITS;
            next = bytes[at++];
        }
        isPadded |= next == 0 && shift > 0;
        return number | (long) next << shift;
    }
}
