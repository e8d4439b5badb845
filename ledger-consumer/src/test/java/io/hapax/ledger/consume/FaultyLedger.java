package io.hapax.ledger.consume;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.app.acls.AppRights;
import io.hapax.app.settings.SettingsSource;
import io.hapax.ledger.LedgerSettings;
import io.hapax.ledger.book.Book;
import io.hapax.ledger.book.BookSchema;
import io.hapax.topics.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;

/** The ledger consumer as a process that does what none should. */
final class FaultyLedger {
    /** The exit code after {@code kill -9}. */
    static final int KILLED = 137;

    private FaultyLedger() {}

    /** Dies between the database and the outcomes. */
    static final class DiesUnpublished {
        public static void main(String[] args) {
            run(false, new CrashPoint() {
                @Override
                public void bookedButNotPublished() {
                    mayDie();
                }
            });
        }
    }

    /** Dies between the outcomes and the offsets. */
    static final class DiesUncommitted {
        public static void main(String[] args) {
            run(false, new CrashPoint() {
                @Override
                public void publishedButNotCommitted() {
                    mayDie();
                }
            });
        }
    }

    /** Takes all partitions, whoever else has them. */
    static final class Zombie {
        public static void main(String[] args) {
            run(true, CrashPoint.NONE);
        }
    }

    private static void mayDie() {
        if (new Random().nextInt(3) == 0) {
            Runtime.getRuntime().halt(KILLED);
        }
    }

    private static void run(boolean takesAll, CrashPoint crashPoint) {
        LedgerSettings settings = LedgerSettings.read(SettingsSource.read(System.getenv()));
        KafkaSettings kafka = settings.kafka();
        Publisher publisher = new Publisher(() -> new KafkaProducer<>(kafka.producerConfig()));
        try (HikariDataSource database = settings.database().pool();
                Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(kafka.consumerConfig());
                EventLoop loop = new EventLoop(
                        takesAll
                                ? EventSource.assigned(consumer, allPartitions(consumer))
                                : EventSource.inGroup(consumer),
                        new EventDecoder(settings.format()),
                        new BookSchema(settings.database()),
                        new Book(database),
                        new OutcomeEncoder(settings.format()),
                        publisher,
                        new Readiness(),
                        new LedgerMetrics(new SimpleMeterRegistry()),
                        AppRights.ofLedgerConsumer("any"),
                        Clock.systemUTC(),
                        crashPoint,
                        BatchOrder.RIGHT,
                        HoldWatch.of(
                                new Book(database),
                                new Publisher(() -> new KafkaProducer<>(kafka.producerConfig())),
                                settings.format(),
                                Clock.systemUTC(),
                                new LedgerMetrics(new SimpleMeterRegistry()).holds()))) {
            loop.run();
        }
    }

    private static List<TopicPartition> allPartitions(Consumer<byte[], byte[]> consumer) {
        return consumer.partitionsFor(Topic.LEDGER_EVENTS.topicName()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }
}
