package io.hapax.storm.check;

/** The name of a payment: whose, and under which idempotency key. */
record Name(String client, String key) {
    @Override
    public String toString() {
        return client + "/" + key;
    }
}
