package io.hapax.stream.ownership;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The members of a group of the protocol {@code classic} that this instance is, by the ids that the coordinator gave
 * them. To know them, it makes the consumers of Kafka Streams: the usual ones.
 *
 * <p>A client id would not do. The coordinator goes on to tell that of a static member which another process has
 * replaced.
 */
public final class GroupMembers {
    private final Set<Member> open = ConcurrentHashMap.newKeySet();

    /** Their ids; that of a consumer which is no member yet is one that no member has. */
    public Set<String> ids() {
        return open.stream().map(member -> member.id).collect(Collectors.toSet());
    }

    /** A consumer for a stream thread, which tells of its membership. */
    public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
        Member member = new Member(config);
        open.add(member);
        return member;
    }

    /** The consumer of a thread. It may be asked by that thread alone, which so leaves the id for others. */
    private final class Member extends KafkaConsumer<byte[], byte[]> {
        private volatile String id = "";

        private Member(Map<String, Object> config) {
            super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            ConsumerRecords<byte[], byte[]> polled = super.poll(timeout);
            id = groupMetadata().memberId();
            return polled;
        }

        /** After its tasks were closed. */
        @Override
        public void close(CloseOptions options) {
            open.remove(this);
            super.close(options);
        }
    }
}
