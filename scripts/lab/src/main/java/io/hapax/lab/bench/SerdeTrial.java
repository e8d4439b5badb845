package io.hapax.lab.bench;

import io.hapax.schemas.PaymentCommand;
import io.hapax.serde.AvroFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * One trial of a serde: the commands per second that one thread writes or reads. The warm-up is as long as the
 * measurement.
 */
final class SerdeTrial {
    private static final String TOPIC = "payment-commands";

    /** Number of different commands. With one command, the compiler could use facts that are true of it alone. */
    private static final int COMMANDS = 1 << 10;

    enum Serde {
        ours,
        apicurio
    }

    enum Operation {
        write,
        read
    }

    private SerdeTrial() {}

    /** Arguments: serde, operation, URL of the registry, milliseconds to measure, file for the rate. */
    public static void main(String[] args) throws IOException {
        AvroFormat format = format(Serde.valueOf(args[0]), args[2]);
        Duration measured = Duration.ofMillis(Long.parseLong(args[3]));
        IntToLongFunction operation = switch (Operation.valueOf(args[1])) {
            case write -> write(format);
            case read -> read(format);
        };
        rate(operation, measured);
        Files.writeString(Path.of(args[4]), String.valueOf(rate(operation, measured)));
    }

    private static IntToLongFunction write(AvroFormat format) {
        Serializer<PaymentCommand> serializer = format.serializer();
        PaymentCommand[] commands = commands();
        return i -> serializer.serialize(TOPIC, commands[i]).length;
    }

    private static IntToLongFunction read(AvroFormat format) {
        Serializer<PaymentCommand> serializer = format.serializer();
        Deserializer<PaymentCommand> deserializer = format.deserializer(PaymentCommand.class);
        byte[][] written = Stream.of(commands())
                .map(command -> serializer.serialize(TOPIC, command))
                .toArray(byte[][]::new);
        return i -> deserializer.deserialize(TOPIC, written[i]).getAmountMinor();
    }

    private static double rate(IntToLongFunction operation, Duration time) {
        long done = 0;
        long sum = 0;
        long start = System.nanoTime();
        while (System.nanoTime() - start < time.toNanos()) {
            for (int i = 0; i < COMMANDS; i++) {
                sum += operation.applyAsLong(i);
            }
            done += COMMANDS;
        }
        double rate = done / ((System.nanoTime() - start) / 1e9);
        if (sum <= 0) {
            throw new IllegalStateException("nothing was done");
        }
        return rate;
    }

    private static PaymentCommand[] commands() {
        NumberedCommands numbered = new NumberedCommands(1, Instant.EPOCH);
        return IntStream.range(0, COMMANDS).mapToObj(numbered::command).toArray(PaymentCommand[]::new);
    }

    private static AvroFormat format(Serde serde, String registryUrl) {
        return switch (serde) {
            case ours -> AvroFormat.onRegistry(registryUrl);
            case apicurio ->
                new AvroFormat(
                        "io.apicurio.registry.serde.avro.AvroKafkaSerializer",
                        "io.apicurio.registry.serde.avro.AvroKafkaDeserializer",
                        Map.of(
                                "apicurio.registry.url",
                                registryUrl.replace("/apis/ccompat/v7", "/apis/registry/v3"),
                                "apicurio.registry.auto-register",
                                true,
                                "apicurio.registry.use-id",
                                "contentId",
                                "apicurio.registry.headers.enabled",
                                false,
                                "apicurio.registry.use-specific-avro-reader",
                                true));
        };
    }
}
