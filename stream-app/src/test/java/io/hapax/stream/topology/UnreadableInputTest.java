package io.hapax.stream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.topics.RecordHeaders;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bytes that are no command: each a dead letter with its origin, and the next good command is answered. */
class UnreadableInputTest {
    private static final long SEED = 20260101;
    private static final String OTHER_SCHEMA =
            "{\"type\":\"record\",\"name\":\"Cat\",\"fields\":[{\"name\":\"lives\",\"type\":\"int\"}]}";

    private final Journey journey = new Journey();
    private final Random random = new Random(SEED);

    @AfterEach
    void close() {
        journey.close();
    }

    @Test
    void shouldBuryEveryKindOfBrokenBytesOnceAndAnswerTheNextCommand() {
        List<byte[]> broken = brokenBytes();
        for (int i = 0; i < broken.size(); i++) {
            journey.sendBytes(broken.get(i));
            journey.send(journey.command("order-" + i).build());
        }
        assertEquals(broken.size(), journey.events().size(), "every good command in between is accepted");
        List<TestRecord<byte[], byte[]>> buried = journey.deadLetters();
        assertEquals(broken.size(), buried.size());
        for (int i = 0; i < broken.size(); i++) {
            assertArrayEquals(broken.get(i), buried.get(i).value());
            assertEquals(String.valueOf(2 * i), header(buried.get(i), RecordHeaders.OFFSET));
            assertEquals("0", header(buried.get(i), RecordHeaders.PARTITION));
            assertEquals("payment-commands", header(buried.get(i), RecordHeaders.TOPIC));
        }
    }

    @Test
    void shouldSayWhyBytesCouldNotBeRead() {
        byte[] good = journey.bytesOf(journey.command("order-1").build());
        journey.sendBytes(null);
        journey.sendBytes(new byte[4]);
        journey.sendBytes("{\"clientId\":\"acme\"}".getBytes(UTF_8));
        journey.sendBytes(withSchema(good, 999));
        journey.sendBytes(withSchema(good, journey.register(OTHER_SCHEMA)));
        journey.sendBytes(Arrays.copyOf(good, good.length - 1));
        journey.sendBytes(Arrays.copyOf(good, good.length + 1));
        assertEquals(
                List.of(
                        "NULL_VALUE",
                        "TOO_SHORT",
                        "WRONG_MAGIC",
                        "UNKNOWN_SCHEMA",
                        "WRONG_SCHEMA",
                        "MALFORMED",
                        "MALFORMED"),
                journey.deadLetters().stream()
                        .map(letter -> header(letter, RecordHeaders.REASON))
                        .toList());
    }

    @Test
    void shouldNotTellAnythingOfTheContentInHeaders() {
        byte[] good = journey.bytesOf(
                journey.command("canary-key").setReference("canary-text").build());
        journey.sendBytes(Arrays.copyOf(good, good.length - 3));
        for (Header header : journey.deadLetters().getFirst().headers()) {
            assertEquals(-1, new String(header.value(), UTF_8).indexOf("canary"), header.key());
        }
    }

    @Test
    void shouldBuryOutcomesThatCannotBeRead() {
        journey.publishBytes(new byte[] {1, 2, 3}, Journey.NOON);
        assertEquals("ledger-outcomes", header(journey.deadLetters().getFirst(), RecordHeaders.TOPIC));
    }

    private List<byte[]> brokenBytes() {
        byte[] good = journey.bytesOf(
                journey.command("a-good-one").setReference("rent").build());
        List<byte[]> broken = new ArrayList<>();
        for (int length = 0; length < good.length; length++) {
            broken.add(Arrays.copyOf(good, length));
        }
        for (int magic : new int[] {1, 2, 0x7F, 0x80, 0xFF}) {
            byte[] wrong = good.clone();
            wrong[0] = (byte) magic;
            broken.add(wrong);
        }
        for (int id : new int[] {0, -1, 2, 77, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            broken.add(withSchema(good, id));
        }
        broken.add(withSchema(good, journey.register(OTHER_SCHEMA)));
        broken.add(null);
        broken.add(new byte[1024 * 1024]);
        broken.add(Arrays.copyOf(good, 1024 * 1024));
        // A string that claims to be 2 GiB long must not be believed.
        broken.add(ByteBuffer.allocate(10)
                .put(good, 0, 5)
                .put(new byte[] {-2, -1, -1, -1, 15})
                .array());
        while (broken.size() < 200) {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            if (noise.length > 5 && random.nextBoolean()) {
                System.arraycopy(good, 0, noise, 0, 5);
            }
            broken.add(noise);
        }
        return broken;
    }

    private static byte[] withSchema(byte[] good, int id) {
        byte[] bytes = good.clone();
        ByteBuffer.wrap(bytes).putInt(1, id);
        return bytes;
    }

    private static String header(TestRecord<byte[], byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), UTF_8);
    }
}
