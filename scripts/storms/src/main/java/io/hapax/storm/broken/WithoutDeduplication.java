package io.hapax.storm.broken;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.stream.StreamApp;
import io.hapax.stream.StreamVariant;
import java.util.UUID;

/** A stream app to which every command is a payment of its own. */
final class WithoutDeduplication {
    private WithoutDeduplication() {}

    public static void main(String[] args) throws InterruptedException {
        StreamApp.start(
                StreamVariant.with((key, origin) -> UUID.nameUUIDFromBytes((key.topicKey() + origin).getBytes(UTF_8))));
    }
}
