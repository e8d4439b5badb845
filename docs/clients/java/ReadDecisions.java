import io.hapax.schemas.PaymentDecision;
import io.hapax.serde.AvroFormat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Prints decisions, one a line, from the first on: [COUNT]. */
class ReadDecisions {
    public static void main(String[] args) {
        long count = args.length == 0 ? Long.MAX_VALUE : Long.parseLong(args[0]);
        var values = AvroFormat.onRegistry(System.getenv("SCHEMA_REGISTRY_URL")).deserializer(PaymentDecision.class);
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", System.getenv("BOOTSTRAP_SERVERS"),
                "group.id", System.getenv().getOrDefault("GROUP_ID", "my-decisions"),
                "auto.offset.reset", "earliest", "isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), values)) {
            consumer.subscribe(List.of("payment-decisions"));
            while (count > 0) {
                for (var found : consumer.poll(Duration.ofSeconds(1))) {
                    PaymentDecision d = found.value();
                    if (count-- > 0) {
                        System.out.println(found.key() + " " + d.getVerdict() + " " + (d.getStatus() == null ? "-" : d.getStatus())
                                + " " + d.getCommandPartition() + "@" + d.getCommandOffset());
                    }
                }
            }
        }
    }
}
