package io.hapax.lab.simulation;

import io.hapax.topics.LogPosition;
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

    Topics(int partitions, BrokerClocks clocks) {
        this.partitions = partitions;
        this.clocks = clocks;
        this.commands = Log.partitions(partitions);
        this.rerouted = Log.partitions(partitions);
        this.outcomes = Log.partitions(partitions);
        this.events = Log.partitions(partitions);
    }
}
