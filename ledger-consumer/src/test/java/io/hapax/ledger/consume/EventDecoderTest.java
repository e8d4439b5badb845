package io.hapax.ledger.consume;

import static io.hapax.ledger.posting.Requests.inquire;
import static io.hapax.ledger.posting.Requests.payment;
import static io.hapax.ledger.posting.Requests.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.schemas.LedgerEvent;
import io.hapax.serde.AvroFormat;
import io.hapax.topics.Topic;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

class EventDecoderTest {
    /** The place of the event counts: a posting of a later event does not exist for this one. */
    @Test
    void shouldAskTheLedgerForAllThatAnEventSaysAndTellWhereItLies() {
        PaymentContent gift = new PaymentContent("alice", "bob", 30, "EUR", "March");
        try (InMemoryRegistry registry = InMemoryRegistry.start()) {
            AvroFormat format = AvroFormat.onRegistry(registry.url());
            Serializer<LedgerEvent> serializer = format.serializer();
            EventDecoder decoder = new EventDecoder(format);
            String topic = Topic.LEDGER_EVENTS.topicName();
            for (PostingRequest request :
                    List.of(post("rent", payment("alice", "bob", 30), 4711), inquire("gift", gift, 4712))) {
                byte[] event = serializer.serialize(topic, LedgerTopics.event(request));
                var record = new ConsumerRecord<byte[], byte[]>(
                        topic, request.event().partition(), request.event().offset(), null, event);
                assertEquals(
                        request,
                        assertInstanceOf(DecodedEvent.Request.class, decoder.decode(record))
                                .request());
            }
        }
    }
}
