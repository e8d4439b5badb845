package io.hapax.tools.deadletters;

import io.hapax.serde.AvroFormat;
import io.hapax.serde.UnreadableReason;
import io.hapax.tools.cli.KafkaOptions;
import io.hapax.tools.cli.RegistryOptions;
import io.hapax.tools.cli.Tally;
import io.hapax.tools.cli.Times;
import io.hapax.tools.trail.Attempt;
import io.hapax.tools.trail.Intent;
import io.hapax.tools.trail.OperatorOption;
import io.hapax.tools.trail.OperatorTrail;
import io.hapax.topics.DeadLetter;
import io.hapax.topics.OriginHeaders;
import io.hapax.topics.RecordHeaders;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command that lists dead letters and, after a fix, sends them again. See docs/dead-letters.md. */
@Command(
        name = "dead-letters",
        mixinStandardHelpOptions = true,
        description = {
            "Lists dead letters, and sends those again that can be read now.",
            "For operators, after a fault is repaired.",
            "Exit code: 0 done, 1 some letters cannot be sent, 2 it could not be done."
        })
public final class DeadLettersCommand {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private KafkaOptions kafka;

    @Option(
            names = "--reason",
            scope = ScopeType.INHERIT,
            description = "Shows or sends only letters with this reason: ${COMPLETION-CANDIDATES}.")
    private @Nullable UnreadableReason reason;

    @Option(
            names = "--topic",
            scope = ScopeType.INHERIT,
            paramLabel = "TOPIC",
            description = "Shows or sends only letters from this topic.")
    private @Nullable String topic;

    @Option(
            names = "--since",
            scope = ScopeType.INHERIT,
            paramLabel = "TIME",
            description = "Shows or sends only letters written at this time or later, in ISO 8601 such as"
                    + " 2026-01-31T00:00:00Z.")
    private @Nullable Instant since;

    @Option(
            names = "--letter",
            scope = ScopeType.INHERIT,
            paramLabel = "PARTITION@OFFSET",
            description = "Shows or sends only this letter of dead-letters. May be given several times.")
    private List<String> letters = List.of();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** A dead letter, with its place and the time at which it was written. */
    private record Found(String place, long buriedMs, DeadLetter letter) {
        int size() {
            return letter.value() == null ? 0 : letter.value().length;
        }
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = {
                "Shows the place, time, reason and origin of each letter, never its content.",
                "Exit code: 0 listed, 2 it could not be done."
            })
    int list() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Map<String, Integer> byReason = new TreeMap<>();
        for (Found found : read()) {
            DeadLetter letter = found.letter();
            out.printf(
                    "%-10s %s %-18s from %s, %d bytes%s: %s%n",
                    found.place(),
                    Times.text(Instant.ofEpochMilli(found.buriedMs())),
                    letter.header(RecordHeaders.REASON),
                    letter.placeAsWritten(),
                    found.size(),
                    letter.isCut() ? " of " + letter.header(RecordHeaders.TRUNCATED_FROM) : "",
                    letter.header(RecordHeaders.DETAIL));
            byReason.merge(letter.header(RecordHeaders.REASON), 1, Integer::sum);
        }
        out.println(byReason.isEmpty() ? "no dead letters" : "in all " + Tally.text(byReason));
        return 0;
    }

    @Command(
            name = "resend",
            mixinStandardHelpOptions = true,
            description = {
                "Sends letters that can be read now to the topic and partition of their origin.",
                "A letter from payment-commands-rerouted goes to payment-commands.",
                "A command is decided at the time at which it is sent again. Its sentAt may then be too"
                        + " old, so that the answer is EXPIRED. A letter may be sent twice without harm.",
                "Exit code: 0 all letters were sent or would be sent, 1 some cannot be sent, 2 it could"
                        + " not be done."
            })
    int resend(
            @Mixin RegistryOptions registry,
            @Option(
                            names = "--execute",
                            description =
                                    "Sends the letters. Without this option, the command only counts those that it would"
                                            + " send.")
                    boolean execute,
            @Mixin OperatorOption operator,
            @Option(
                            names = "--because",
                            paramLabel = "TEXT",
                            description = "Reason of the change, for the record on operator-audit. Default: none.")
                    @Nullable String because)
            throws IOException, ExecutionException, InterruptedException {
        AvroFormat format = registry.format();
        if (!execute) {
            return resend(new Readers(format), false).exitCode();
        }
        Intent intent =
                Intent.ofCommand(operator, "dead-letters resend", wanted(), because, "send again what can be read now");
        try (OperatorTrail trail = OperatorTrail.on(kafka.client(), format);
                Attempt attempt = trail.begin(intent)) {
            Resent resent = resend(new Readers(format), true);
            attempt.done(resent.sent() + " sent, " + resent.left() + " stay");
            return resent.exitCode();
        }
    }

    /** The letters that are asked for, in words. */
    private String wanted() {
        return (letters.isEmpty() ? "all letters" : "letters " + String.join(", ", letters))
                + (reason == null ? "" : " with reason " + reason)
                + (topic == null ? "" : " from " + topic)
                + (since == null ? "" : " since " + Times.text(since));
    }

    /** The numbers of letters that were sent, and of those that stay. */
    private record Resent(int sent, int left) {
        int exitCode() {
            return left == 0 ? 0 : 1;
        }
    }

    private Resent resend(Readers readers, boolean execute)
            throws IOException, ExecutionException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        int sent = 0;
        int left = 0;
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(producerConfig(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (Found found : read()) {
                DeadLetter letter = found.letter();
                String obstacle = readers.obstacle(letter);
                if (obstacle.isEmpty()) {
                    obstacle = missingPartition(again(letter), producer);
                }
                if (!obstacle.isEmpty()) {
                    left++;
                    out.println(found.place() + " stays: " + obstacle);
                    continue;
                }
                sent++;
                ProducerRecord<byte[], byte[]> again = again(letter);
                out.println(found.place() + (execute ? " sent to " : " would be sent to ") + again.topic() + " "
                        + again.partition());
                if (execute) {
                    producer.send(again).get();
                }
            }
        }
        out.println(sent + (execute ? " sent, " : " would be sent (--execute does it), ") + left + " stay");
        return new Resent(sent, left);
    }

    /** A producer waits a minute for a partition that there is not. Empty if there is one. */
    private static String missingPartition(ProducerRecord<byte[], byte[]> again, Producer<byte[], byte[]> producer) {
        return again.partition() < producer.partitionsFor(again.topic()).size()
                ? ""
                : again.topic() + " has no partition " + again.partition();
    }

    private Map<String, Object> producerConfig() throws IOException {
        Map<String, Object> config = kafka.client();
        config.put("enable.idempotence", true);
        config.put("max.request.size", 2 * Topic.MAX_DEAD_LETTER_BYTES);
        return config;
    }

    /** The wanted letters, in the order of their times. */
    private List<Found> read() throws IOException {
        List<Found> wanted = new ArrayList<>();
        TopicTail.readWhole(kafka.client(), Topic.DEAD_LETTERS, bytes -> {
            Found found =
                    new Found(bytes.partition() + "@" + bytes.offset(), bytes.timestamp(), DeadLetter.read(bytes));
            if (isWanted(found)) {
                wanted.add(found);
            }
        });
        wanted.sort(Comparator.comparingLong(Found::buriedMs));
        return wanted;
    }

    private boolean isWanted(Found found) {
        return (reason == null || reason.name().equals(found.letter().header(RecordHeaders.REASON)))
                && (topic == null || topic.equals(found.letter().header(RecordHeaders.TOPIC)))
                && (since == null || found.buriedMs() >= since.toEpochMilli())
                && (letters.isEmpty() || letters.contains(found.place()));
    }

    /** The letter's bytes as they first came, without what burying added. Only the app writes to the rerouted topic. */
    private static ProducerRecord<byte[], byte[]> again(DeadLetter letter) {
        String from = letter.header(RecordHeaders.TOPIC);
        boolean isCommand = isCommand(from);
        ProducerRecord<byte[], byte[]> again = new ProducerRecord<>(
                isCommand ? Topic.PAYMENT_COMMANDS.topicName() : from,
                letter.partition().orElseThrow(),
                isCommand
                        ? null
                        : OriginHeaders.time(letter.headers())
                                .orElse(Instant.EPOCH)
                                .toEpochMilli(),
                letter.key(),
                letter.value());
        for (Header header : letter.headers()) {
            if (!header.key().startsWith("hapax-")) {
                again.headers().add(header);
            }
        }
        return again;
    }

    static boolean isCommand(String topic) {
        return topic.equals(Topic.PAYMENT_COMMANDS.topicName())
                || topic.equals(Topic.PAYMENT_COMMANDS_REROUTED.topicName());
    }
}
