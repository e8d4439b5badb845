package io.hapax.stream.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

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

    private static ConsumerRecord<Object, Object> stamped(long timestamp) {
        return new ConsumerRecord<>(
                "ledger-outcomes",
                0,
                0,
                timestamp,
                TimestampType.CREATE_TIME,
                0,
                0,
                "key",
                "value",
                new RecordHeaders(),
                Optional.empty());
    }
}
