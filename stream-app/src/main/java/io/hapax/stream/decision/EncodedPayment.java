package io.hapax.stream.decision;

/**
 * The key and the payload of a payment as its client encoded them: the bytes from the client id to the reference, in
 * our schema. Whoever writes the payment copies them instead of encoding it again. They say nothing that the payment
 * does not say. So all of them are equal.
 */
public final class EncodedPayment {
    /** The bytes are not known, or are in another schema. */
    public static final EncodedPayment NONE = new EncodedPayment(new byte[0], 0, 0);

    private final byte[] bytes;
    private final int from;
    private final int length;

    /** @param bytes that hold the payment and more; nobody changes them */
    public EncodedPayment(byte[] bytes, int from, int length) {
        this.bytes = bytes;
        this.from = from;
        this.length = length;
    }

    public boolean isKnown() {
        return length > 0;
    }

    public byte[] bytes() {
        return bytes;
    }

    /** Index of the first byte of the payment. */
    public int from() {
        return from;
    }

    public int length() {
        return length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EncodedPayment;
    }

    @Override
    public int hashCode() {
        return 0;
    }

    @Override
    public String toString() {
        return length + " bytes";
    }
}
