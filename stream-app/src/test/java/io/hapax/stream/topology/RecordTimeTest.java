package io.hapax.stream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.topics.Topic;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordTimeTest {
    private final RecordTime times = new RecordTime();

    @Test
    void shouldTakeTheTimeOfTheRecordAlsoWhenItIsOlderThanTheOneBefore() {
        assertEquals(700, times.extract(stamped(700), 900));
    }

    @Test
    void shouldNotStopAtARecordWithoutATime() {
        assertEquals(900, times.extract(stamped(-1), 900));
        assertEquals(0, times.extract(stamped(-1), -1));
    }

    @Test
    void shouldTakeATimeBeyondTheYear9999ForNone() {
        assertEquals(253_402_300_799_999L, times.extract(stamped(253_402_300_799_999L), 900));
        assertEquals(900, times.extract(stamped(253_402_300_800_000L), 900));
        assertEquals(900, times.extract(stamped(Long.MAX_VALUE), 900));
        assertEquals(900, times.extract(sentOn("700", Long.MAX_VALUE), 900));
    }

    @Test
    void shouldJudgeACommandThatWasSentOnByWhenItReachedUs() {
        assertEquals(700, times.extract(sentOn("700", 900), -1));
    }

    /** The failure table says that it moves the clocks of its own partitions alone. */
    @Test
    void shouldNotTakeAlongTheTimeOfABrokerWhoseClockIsAhead() {
        assertEquals(900, times.extract(sentOn("7200900", 900), -1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "9223372036854775808", "9223372036854775807"})
    void shouldTakeTheBrokersTimeWhereNobodyTellsOfTheOriginal(String header) {
        assertEquals(900, times.extract(sentOn(header, 900), -1));
        assertEquals(900, times.extract(stamped(Topic.PAYMENT_COMMANDS_REROUTED, 900, new RecordHeaders()), -1));
    }

    @Test
    void shouldNotBeMovedByAHeaderOnAnyOtherTopic() {
        RecordHeaders forged = new RecordHeaders();
        forged.add(io.hapax.topics.RecordHeaders.TIMESTAMP, "1".getBytes(UTF_8));
        assertEquals(900, times.extract(stamped(Topic.LEDGER_OUTCOMES, 900, forged), -1));
    }

    private static ConsumerRecord<Object, Object> sentOn(String original, long timestamp) {
        RecordHeaders headers = new RecordHeaders();
        headers.add(io.hapax.topics.RecordHeaders.TIMESTAMP, original.getBytes(UTF_8));
        return stamped(Topic.PAYMENT_COMMANDS_REROUTED, timestamp, headers);
    }

    private static ConsumerRecord<Object, Object> stamped(long timestamp) {
        return stamped(Topic.LEDGER_OUTCOMES, timestamp, new RecordHeaders());
    }

    private static ConsumerRecord<Object, Object> stamped(Topic topic, long timestamp, RecordHeaders headers) {
        return new ConsumerRecord<>(
                topic.topicName(),
                0,
                0,
                timestamp,
                TimestampType.CREATE_TIME,
                0,
                0,
                "key",
                "value",
                headers,
                Optional.empty());
    }
}
