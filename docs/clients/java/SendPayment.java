import io.hapax.schemas.PaymentCommand;
import io.hapax.serde.AvroFormat;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Asks for one payment: IDEMPOTENCY_KEY DEBTOR CREDITOR AMOUNT_MINOR CURRENCY. Prints which command it was, as
 * PARTITION@OFFSET.
 */
class SendPayment {
    public static void main(String[] args) throws Exception {
        PaymentCommand command = PaymentCommand.newBuilder()
                .setClientId("acme-shop").setIdempotencyKey(args[0])
                .setDebtorAccount(args[1]).setCreditorAccount(args[2])
                .setAmountMinor(Long.parseLong(args[3])).setCurrency(args[4])
                .setReference(null)
                .setSentAt(Instant.now()) // Of the first attempt: keep it, and send it again with each retry.
                .build();
        Serializer<PaymentCommand> values = AvroFormat.onRegistry(System.getenv("SCHEMA_REGISTRY_URL")).serializer();
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", System.getenv("BOOTSTRAP_SERVERS")), new StringSerializer(), values)) {
            var sent = producer.send(new ProducerRecord<>("payment-commands", "acme-shop/" + args[0], command)).get();
            System.out.println(sent.partition() + "@" + sent.offset());
        }
    }
}
