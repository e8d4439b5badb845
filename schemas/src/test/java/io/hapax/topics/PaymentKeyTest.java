package io.hapax.topics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.UUID;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

class PaymentKeyTest {
    /** In the ledger for ever: whoever changes these pays twice. */
    @Test
    void shouldDeriveTheSamePaymentIdForEver() {
        assertEquals(
                UUID.fromString("333ae3d1-2d58-82fd-923a-a8c8828caab9"), new PaymentKey("acme", "order-1").paymentId());
        assertEquals(
                UUID.fromString("73ae09d5-132e-8021-820c-2d55a764788a"),
                new PaymentKey("globex", "01890a5d-ac96-774b-bcce-b302099a8057").paymentId());
    }

    @Test
    void shouldKeepClientAndKeyApart() {
        assertNotEquals(new PaymentKey("a", "b/c").paymentId(), new PaymentKey("a/b", "d").paymentId());
        assertNotEquals(new PaymentKey("acme", "1").paymentId(), new PaymentKey("globex", "1").paymentId());
        assertEquals(8, new PaymentKey("acme", "order-1").paymentId().version());
    }

    @Test
    void shouldPartitionAsKafkasJavaProducerDoes() {
        for (int i = 0; i < 10_000; i++) {
            PaymentKey key = new PaymentKey("client-" + i % 7, "order-" + i);
            assertEquals(
                    BuiltInPartitioner.partitionForKey(key.topicKey().getBytes(UTF_8), 12), Partitions.of(key, 12));
        }
    }

    /** Partitions of released keys: another hash would look for them in another task. */
    @Test
    void shouldPartitionTheSameWayForEver() {
        assertEquals(45, Partitions.of(new PaymentKey("acme", "order-1"), 64));
        assertEquals(51, Partitions.of(new PaymentKey("globex", "invoice-é"), 64));
    }
}
