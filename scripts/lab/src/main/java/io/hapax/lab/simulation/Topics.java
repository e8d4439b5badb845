package io.hapax.lab.simulation;

import io.hapax.stream.decision.Payload;
import io.hapax.topics.LogPosition;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** All topics of the simulated cluster. */
final class Topics {
    /**
     * A command that was sent on to its partition.
     *
     * @param appendedMs when the original was appended
     */
    record Rerouted(SentCommand command, LogPosition origin, long appendedMs) {}

    final int partitions;
    final List<Log<SentCommand>> commands;
    final List<Log<Rerouted>> rerouted;
    final List<Log<OutcomeMessage>> outcomes;
    final List<Log<LedgerMessage>> events;
    final BrokerClocks clocks;

    /** All topics, as a value: of each topic the logs of its partitions. */
    record Content(
            List<Log.Content<SentCommand>> commands,
            List<Log.Content<Rerouted>> rerouted,
            List<Log.Content<OutcomeMessage>> outcomes,
            List<Log.Content<LedgerMessage>> events) {
        Content {
            commands = List.copyOf(commands);
            rerouted = List.copyOf(rerouted);
            outcomes = List.copyOf(outcomes);
            events = List.copyOf(events);
        }

        static Content empty(int partitions) {
            return new Content(
                    Collections.nCopies(partitions, Log.Content.empty()),
                    Collections.nCopies(partitions, Log.Content.empty()),
                    Collections.nCopies(partitions, Log.Content.empty()),
                    Collections.nCopies(partitions, Log.Content.empty()));
        }
    }

    Topics(int partitions, BrokerClocks clocks) {
        this(Content.empty(partitions), clocks);
    }

    Topics(Content content, BrokerClocks clocks) {
        this.partitions = content.commands().size();
        this.clocks = clocks;
        this.commands = logs(content.commands());
        this.rerouted = logs(content.rerouted());
        this.outcomes = logs(content.outcomes());
        this.events = logs(content.events());
    }

    private static <T> List<Log<T>> logs(List<Log.Content<T>> contents) {
        List<Log<T>> logs = new ArrayList<>(contents.size());
        for (Log.Content<T> content : contents) {
            logs.add(new Log<>(content));
        }
        return logs;
    }

    /** The partition of the debtor's account. A cancel names none, and lies on that of its key. */
    Log<LedgerMessage> eventsOf(LedgerMessage.Event message) {
        PaymentKey key = message.pending().payload() instanceof Payload.OfDebtor payload
                ? new PaymentKey("", payload.debtorAccount())
                : message.pending().key();
        return events.get(Partitions.of(key, partitions));
    }
}
