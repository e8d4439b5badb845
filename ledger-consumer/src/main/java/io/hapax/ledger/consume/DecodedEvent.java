package io.hapax.ledger.consume;

import io.hapax.ledger.posting.LedgerInput;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.serde.UnreadableReason;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The result of decoding one record of {@code ledger-events}: a request, a time, or unreadable bytes. */
sealed interface DecodedEvent {

    ConsumerRecord<byte[], byte[]> event();

    /** An event that asks the ledger for something. */
    record Request(ConsumerRecord<byte[], byte[]> event, PostingRequest request) implements DecodedEvent {}

    /** An event that tells the time, and that nobody waits for an answer to. */
    record Time(ConsumerRecord<byte[], byte[]> event, LedgerInput.TimePassed passed) implements DecodedEvent {}

    /**
     * An event whose bytes ask for nothing, now or ever.
     *
     * @param detail what the decoder said, without content of the event
     */
    record Unreadable(ConsumerRecord<byte[], byte[]> event, UnreadableReason reason, String detail)
            implements DecodedEvent {}
}
