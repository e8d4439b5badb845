package io.hapax.stream.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.RetentionSchedule.Terms;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

/** Golden bytes of every version. Never change a line. */
class FollowedCodecTest {
    private static final String VERSION_1 = "01040080bab7031053455454494e475382d8ee96ef66809f490c434c49454e5400";
    private static final String VERSION_2 = "02060080bab7031053455454494e47530082d8ee96ef66809f490c434c49454e5400"
            + "d2e7ee96ef66809f490c434c49454e5480b0f1fb1c00";

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final RetentionSchedule HOUR =
            new RetentionSchedule(Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofSeconds(30));
    private static final RetentionSchedule SHORTER =
            HOUR.withTerms(Terms.of(Duration.ofMinutes(10)), PolicyScope.Kind.CLIENT, NOON);
    private static final RetentionSchedule RECALLING = SHORTER.withTerms(
            new Terms(Duration.ofMinutes(10), Duration.ofDays(45)), PolicyScope.Kind.CLIENT, NOON.plusSeconds(1));

    private final Serde<RetentionSchedule> serde = FollowedCodec.serde(HOUR);

    @Test
    void shouldReadTheBytesOfEveryVersion() {
        assertEquals(SHORTER, read(VERSION_1));
        assertEquals(RECALLING, read(VERSION_2));
    }

    /** So that the program before can be gone back to as long as nobody has published a recall. */
    @Test
    void shouldWriteTheOlderVersionWhileNoRecallIsFollowed() {
        assertEquals(VERSION_1, written(SHORTER));
        assertEquals(VERSION_2, written(RECALLING));
    }

    /** The skew is a setting, and may be raised above what was promised under a smaller one. */
    @Test
    void shouldReadWhatWasFollowedWhateverSkewIsAllowedToday() {
        for (int minutes : new int[] {9, 10, 11, 59}) {
            RetentionSchedule today =
                    new RetentionSchedule(Duration.ofHours(1), Duration.ofMinutes(minutes), HOUR.lease());
            RetentionSchedule read = FollowedCodec.serde(today)
                    .deserializer()
                    .deserialize("", HexFormat.of().parseHex(VERSION_2));
            assertEquals(RECALLING.changes(), read.changes());
            assertEquals(today.allowedSkew(), read.allowedSkew());
        }
    }

    @Test
    void shouldNotReadWhatANewerProgramWrote() {
        assertThrows(IllegalStateException.class, () -> read("03" + VERSION_2.substring(2)));
    }

    private RetentionSchedule read(String hex) {
        return serde.deserializer().deserialize("", HexFormat.of().parseHex(hex));
    }

    private String written(RetentionSchedule policy) {
        return HexFormat.of().formatHex(serde.serializer().serialize("", policy));
    }
}
