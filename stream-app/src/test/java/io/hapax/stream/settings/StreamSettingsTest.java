package io.hapax.stream.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.app.settings.SettingsException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamSettingsTest {
    private static final Map<String, String> NEEDED =
            Map.of("kafka.bootstrap.servers", "localhost:9092", "schema.registry.url", "http://localhost:8081");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka.processing.guarantee",
                "kafka.enable.transactional.statestores",
                "kafka.statestore.uncommitted.max.bytes",
                "kafka.default.interactive.query.isolation.level",
                "kafka.producer.partitioner.rack.aware",
                "kafka.metadata.cluster.check.enable",
                "kafka.auto.offset.reset",
                "kafka.main.consumer.auto.offset.reset",
                "kafka.consumer.isolation.level",
                "kafka.default.timestamp.extractor",
                "kafka.processing.exception.handler",
                "kafka.production.exception.handler",
                "kafka.deserialization.exception.handler",
                "kafka.producer.partitioner.class",
                "kafka.producer.acks",
                "kafka.application.id",
                "kafka.num.stream.threads",
                "kafka.topic.cleanup.policy",
                "kafka.topic.retention.ms",
                "kafka.topic.retention.bytes",
                "kafka.topic.max.message.bytes",
                "kafka.topic.unclean.leader.election.enable",
                "kafka.max.request.size",
                "kafka.producer.max.request.size",
                "kafka.processor.wrapper.class",
                "kafka.interceptor.classes",
                "kafka.main.consumer.interceptor.classes",
                "kafka.producer.interceptor.classes",
                "kafka.rocksdb.config.setter",
                "kafka.errors.dead.letter.queue.topic.name",
                "kafka.application.server",
                "kafka.check.crcs",
                "kafka.admin.interceptor.classes",
                "kafka.a.setting.of.kafkas.next.version"
            })
    void shouldRefuseWhatTheGuaranteeRestsOn(String name) {
        String message = assertThrows(SettingsException.class, () -> read(name, "whatever"))
                .getMessage();
        assertTrue(message.contains(name + " can't be set"), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka.security.protocol",
                "kafka.sasl.jaas.config",
                "kafka.main.consumer.sasl.jaas.config",
                "kafka.sasl.oauthbearer.token.endpoint.url",
                "kafka.sasl.login.callback.handler.class",
                "kafka.ssl.truststore.certificates",
                "kafka.admin.ssl.keystore.location",
                "kafka.client.rack",
                "kafka.client.dns.lookup",
                "kafka.client.id",
                "kafka.metric.reporters",
                "kafka.config.providers",
                "kafka.config.providers.file.class",
                "kafka.request.timeout.ms",
                "kafka.session.timeout.ms",
                "kafka.consumer.group.instance.id",
                "kafka.producer.linger.ms",
                "kafka.producer.transaction.timeout.ms",
                "kafka.client.tag.zone",
                "kafka.rack.aware.assignment.tags",
                "kafka.max.task.idle.ms",
                "kafka.upgrade.from",
                "kafka.topic.segment.bytes"
            })
    void shouldPassOnWhatOperatorsNeed(String name) {
        assertEquals("whatever", read(name, "whatever").kafka().get(name.substring("kafka.".length())));
    }

    @Test
    void shouldKeepTheRoomForTheLargestDeadLetter() {
        String message = assertThrows(SettingsException.class, () -> read("kafka.producer.buffer.memory", "33554431"))
                .getMessage();
        assertTrue(message.contains("kafka.producer.buffer.memory is 33554431, must be at least 33554432"), message);
        read("kafka.producer.buffer.memory", "33554432");
    }

    @Test
    void shouldPassOnWhatIsTheOperatorsToSet() {
        Properties properties = GuaranteedConfig.properties(read("kafka.consumer.fetch.max.bytes", "1000000"));
        assertEquals("1000000", properties.get("consumer.fetch.max.bytes"));
    }

    @Test
    void shouldAnswerWithoutACodecThatSomeClientsLackUnlessTheOperatorChoosesOne() {
        Properties properties = GuaranteedConfig.properties(read("topics.replication", "3"));
        assertEquals("none", properties.get("producer.compression.type"));
        properties = GuaranteedConfig.properties(read("kafka.producer.compression.type", "gzip"));
        assertEquals("gzip", properties.get("producer.compression.type"));
    }

    /** What a dead instance has begun holds up the others. */
    @ParameterizedTest
    @CsvSource({"commit.interval,50ms,15050", "commit.interval,10s,25000", "kafka.transaction.timeout.ms,60000,60000"})
    void shouldEndATransactionThatStandsStillSoonUnlessTheOperatorWantsElse(String name, String value, String ms) {
        StreamsConfig config = new StreamsConfig(GuaranteedConfig.properties(read(name, value)));
        assertEquals(ms, String.valueOf(config.getProducerConfigs("any").get("transaction.timeout.ms")));
    }

    @Test
    void shouldTellStoresAndLookUpsWhatIsCommitted() {
        Properties properties = GuaranteedConfig.properties(read("topics.replication", "3"));
        assertEquals("true", properties.get("enable.transactional.statestores"));
        assertEquals("READ_COMMITTED", properties.get("default.interactive.query.isolation.level"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"kafka.batch.size", "kafka.producer.batch.size"})
    void shouldLetTheOperatorReplaceWhatIsOurChoiceAlone(String name) {
        StreamsConfig config = new StreamsConfig(GuaranteedConfig.properties(read(name, "1000")));
        assertEquals("1000", String.valueOf(config.getProducerConfigs("any").get("batch.size")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka.fetch.max.wait.ms",
                "kafka.consumer.fetch.max.wait.ms",
                "kafka.main.consumer.fetch.max.wait.ms"
            })
    void shouldLetTheOperatorReplaceHowLongAFetchWaits(String name) {
        StreamsConfig config = new StreamsConfig(GuaranteedConfig.properties(read(name, "70")));
        Map<String, Object> consumer = config.getMainConsumerConfigs("group", "any", 0);
        assertEquals("70", String.valueOf(consumer.get("fetch.max.wait.ms")));
    }

    @Test
    void shouldNotAskTheBrokerHundredTimesASecondWhereNobodyWaits() {
        StreamsConfig config = new StreamsConfig(GuaranteedConfig.properties(read("kafka.linger.ms", "5")));
        assertEquals("10", wait(config.getMainConsumerConfigs("group", "any", 0)));
        assertEquals("null", wait(config.getGlobalConsumerConfigs("any")));
        assertEquals("null", wait(config.getRestoreConsumerConfigs("any")));
    }

    private static String wait(Map<String, Object> consumer) {
        return String.valueOf(consumer.get("fetch.max.wait.ms"));
    }

    @Test
    void shouldKeepChangelogsAsSafeAsTheTopics() {
        Properties properties = GuaranteedConfig.properties(read("topics.replication", "3"));
        assertEquals(3, properties.get("replication.factor"));
        assertEquals("2", properties.get("topic.min.insync.replicas"));
        assertEquals("false", properties.get("topic.unclean.leader.election.enable"));
    }

    private static StreamSettings read(String name, String value) {
        Map<String, String> texts = new HashMap<>(NEEDED);
        texts.put(name, value);
        return StreamSettings.read(texts);
    }
}
