package io.hapax.storm.world;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;

/** The brokers of a world as they see themselves: who leads what, and who is in sync. */
public final class Cluster {
    private static final List<String> COORDINATED = List.of("__consumer_offsets", "__transaction_state");
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
    private static final Duration IN_SYNC_WITHIN = Duration.ofSeconds(60);
    private static final Duration ASK_EVERY = Duration.ofMillis(500);

    private final StormWorld world;

    private Cluster(StormWorld world) {
        this.world = world;
    }

    public static Cluster of(StormWorld world) {
        return new Cluster(world);
    }

    /** The leader of the controllers. */
    public int controller() throws Exception {
        return asked(
                admin -> answer(admin.describeMetadataQuorum().quorumInfo()).leaderId());
    }

    /** A coordinator of groups or of transactions. */
    public int coordinator(Random random) throws Exception {
        String topic = COORDINATED.get(random.nextInt(COORDINATED.size()));
        return asked(admin -> {
            var partitions = described(admin, List.of(topic)).getFirst().partitions();
            return partitions.get(random.nextInt(partitions.size())).leader().id();
        });
    }

    /** Waits until every replica of every topic is in sync, at most for some time. */
    public void awaitInSync() throws Exception {
        long deadline = System.nanoTime() + IN_SYNC_WITHIN.toNanos();
        while (System.nanoTime() < deadline && !asked(Cluster::isInSync)) {
            Thread.sleep(ASK_EVERY);
        }
    }

    private static boolean isInSync(Admin admin) throws Exception {
        List<String> topics = List.copyOf(answer(admin.listTopics().names()));
        return described(admin, topics).stream()
                .flatMap(topic -> topic.partitions().stream())
                .allMatch(partition ->
                        partition.isr().size() == partition.replicas().size());
    }

    private static List<TopicDescription> described(Admin admin, List<String> topics) throws Exception {
        return List.copyOf(answer(admin.describeTopics(topics).allTopicNames()).values());
    }

    /** A question to the brokers. */
    @FunctionalInterface
    private interface Question<T> {
        T ask(Admin admin) throws Exception;
    }

    private <T> T asked(Question<T> question) throws Exception {
        try (Admin admin = Admin.create(world.parts().kafka())) {
            return question.ask(admin);
        }
    }

    private static <T> T answer(KafkaFuture<T> future) throws Exception {
        try {
            return future.get(ANSWER_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the brokers do not say", e.getCause());
        }
    }
}
