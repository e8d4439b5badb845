package io.hapax.topics;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.common.utils.Utils;

/** The one rule that says on which partition all commands of a payment must meet. */
public final class Partitions {
    private Partitions() {}

    /**
     * murmur2 of {@link PaymentKey#topicKey()} modulo the partition count, as Kafka's Java producer computes it for a
     * string key. Other producers use other hashes (librdkafka: CRC32 unless told), or none.
     */
    public static int of(PaymentKey key, int partitionCount) {
        return of(key.topicKey(), partitionCount);
    }

    /** The same of any text that is a Kafka key, such as the debtor account of a ledger event. */
    public static int of(String key, int partitionCount) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % partitionCount;
    }
}
