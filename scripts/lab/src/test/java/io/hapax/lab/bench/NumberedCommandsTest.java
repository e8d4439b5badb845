package io.hapax.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Instant;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class NumberedCommandsTest {
    private final NumberedCommands commands = new NumberedCommands(1, Instant.EPOCH);

    @Test
    void shouldBeTheSameCommandUnderTheSameNumberAndSeed() {
        assertEquals(commands.command(7), new NumberedCommands(1, Instant.EPOCH).command(7));
        assertNotEquals(commands.key(7), new NumberedCommands(2, Instant.EPOCH).key(7));
    }

    @Test
    void shouldAskForAnotherPaymentUnderEachNumber() {
        assertEquals(
                100_000,
                LongStream.range(0, 100_000).mapToObj(commands::key).distinct().count());
    }

    @Test
    void shouldHaveKeysThatTellNoTime() {
        assertEquals(
                100,
                LongStream.range(0, 100)
                        .mapToObj(number -> UUID.fromString(commands.key(number).idempotencyKey()))
                        .filter(key -> key.version() == 4)
                        .count());
    }

    @Test
    void shouldNeverPayTheAccountThatPays() {
        LongStream.range(0, 20_000)
                .mapToObj(commands::command)
                .forEach(command -> assertNotEquals(command.getDebtorAccount(), command.getCreditorAccount()));
    }
}
