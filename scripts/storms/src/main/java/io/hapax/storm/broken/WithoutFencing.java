package io.hapax.storm.broken;

import io.hapax.stream.StreamApp;
import io.hapax.stream.StreamVariant;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;

/**
 * A stream app without transactions. So nothing stops an instance that was taken for dead, and what one that died has
 * emitted stays.
 */
final class WithoutFencing {
    private WithoutFencing() {}

    public static void main(String[] args) throws InterruptedException {
        StreamApp.start(
                StreamVariant.with(Map.of(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE)));
    }
}
