package io.hapax.stream.decision;

/** The payload of a cancel: nothing is to be done under the key, ever, unless it was done before. It says no more. */
public record Cancellation() implements Payload {
    @Override
    public Asked asked() {
        return Asked.CANCELLATION;
    }
}
