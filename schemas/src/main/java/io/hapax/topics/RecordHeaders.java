package io.hapax.topics;

/** Names of the Kafka record headers that Hapax writes. All values are UTF-8 text, numbers in decimal. */
public final class RecordHeaders {
    /** Dead letters: why the bytes were refused, a stable code such as {@code UNKNOWN_SCHEMA}. */
    public static final String REASON = "hapax-reason";

    /** Dead letters: what the decoder said, without any content of the record. */
    public static final String DETAIL = "hapax-detail";

    /** Dead letters and rerouted commands: topic that holds the original. */
    public static final String TOPIC = "hapax-topic";

    /** Dead letters and rerouted commands: its partition. */
    public static final String PARTITION = "hapax-partition";

    /** Dead letters and rerouted commands: its offset. */
    public static final String OFFSET = "hapax-offset";

    /** Dead letters and rerouted commands: its timestamp, epoch milliseconds. */
    public static final String TIMESTAMP = "hapax-timestamp";

    /** Dead letters whose value was cut: its size in bytes before. */
    public static final String TRUNCATED_FROM = "hapax-truncated-from";

    private RecordHeaders() {}
}
