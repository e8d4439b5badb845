package io.hapax.tools.deadletters;

import io.hapax.serde.AvroFormat;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.tools.log.AnyCommand;
import io.hapax.tools.log.AnyEvent;
import io.hapax.tools.log.AnyOutcome;
import io.hapax.topics.DeadLetter;
import io.hapax.topics.RecordHeaders;
import io.hapax.topics.Topic;
import org.apache.avro.specific.SpecificRecord;

/** The readers that tell whether letters can be read now. */
final class Readers {
    private final WireReader<SpecificRecord> commands;
    private final WireReader<SpecificRecord> events;
    private final WireReader<SpecificRecord> outcomes;

    Readers(AvroFormat format) {
        commands = AnyCommand.reader(format);
        events = AnyEvent.reader(format);
        outcomes = AnyOutcome.reader(format);
    }

    /** The reason why the letter cannot be sent; empty if it can. */
    String obstacle(DeadLetter letter) {
        if (letter.isCut()) {
            return "its bytes were cut; the whole record is at " + letter.placeAsWritten();
        }
        if (letter.partition().isEmpty()) {
            return "its headers do not say where it was";
        }
        String from = letter.header(RecordHeaders.TOPIC);
        Decoded<SpecificRecord> read;
        if (DeadLettersCommand.isCommand(from)) {
            read = commands.read(from, letter.value());
        } else if (from.equals(Topic.LEDGER_EVENTS.topicName())) {
            read = events.read(from, letter.value());
        } else if (from.equals(Topic.LEDGER_OUTCOMES.topicName())) {
            read = outcomes.read(from, letter.value());
        } else {
            return "its headers do not say from which topic of ours it came";
        }
        return switch (read) {
            case Decoded.Value<SpecificRecord> value -> "";
            case Decoded.Unreadable<SpecificRecord>(var why, var detail) -> "still " + why + ", " + detail;
        };
    }
}
