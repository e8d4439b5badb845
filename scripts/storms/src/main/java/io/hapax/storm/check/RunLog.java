package io.hapax.storm.check;

import io.hapax.storm.history.RunEnd;
import io.hapax.storm.history.RunFacts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A run as its folder tells it, sorted by names of payments. */
final class RunLog {
    /** Clocks of one machine, read by two processes that both take their time. */
    private static final long CLOCKS_MS = 50;

    final RunFacts facts;
    final RunEnd end;
    final Map<Name, Story> stories = new LinkedHashMap<>();
    final Map<Place, Command> commands = new HashMap<>();

    /** Bytes on {@code payment-commands} that are no command, in base64. */
    final Map<Place, String> unreadable = new HashMap<>();

    final List<Rerouted> rerouted = new ArrayList<>();
    final List<Buried> buried = new ArrayList<>();

    /** Operations that sent bytes which are no command. */
    final List<Operation> nonsense = new ArrayList<>();

    final Map<String, AccountRow> accounts = new LinkedHashMap<>();
    final List<Entry> entries = new ArrayList<>();

    /** Records that were committed, by topic. */
    final Map<String, Long> counts = new HashMap<>();

    /** The shortest retention that may have been followed. */
    long shortestRetentionMs;

    /** The longest time for which an old key may have been looked up. */
    long longestRecallMs;

    /** True if policies were published: then what was in force at a time is not known here. */
    boolean policies;

    /** The latest time that any record tells. Brokers' clocks may have been ahead. */
    long latestMs;

    /** By how much a broker's clock was ahead of the clients', as far as acknowledged commands show it. */
    long aheadMs;

    RunLog(RunFacts facts, RunEnd end) {
        this.facts = facts;
        this.end = end;
        this.shortestRetentionMs = facts.times().retentionMs();
        this.longestRecallMs = facts.times().recallMs();
        this.latestMs = end.readMs();
    }

    /** The earliest time, by the clients' clock, at which an answer to a key may have been forgotten; NEVER if none. */
    long forgottenMs(Story story) {
        return story.settlements().stream()
                .map(Decision::expiresMs)
                .filter(Objects::nonNull)
                .mapToLong(expiresMs -> expiresMs - aheadMs - CLOCKS_MS)
                .min()
                .orElse(Operation.NEVER);
    }

    Story story(Name name) {
        return stories.computeIfAbsent(name, Story::new);
    }

    /** A copy on {@code payment-commands-rerouted}. */
    record Rerouted(
            Place at, @Nullable Place origin, @Nullable Command command) {}

    /** A dead letter. */
    record Buried(
            Place at,
            String reason,
            String topic,
            @Nullable Place origin,
            @Nullable String bytes) {}

    /** A row of the table {@code accounts}. */
    record AccountRow(
            String id,
            String currency,
            boolean isSystem,
            long limitMinor,
            long openingMinor,
            boolean closed,
            long balanceMinor) {}

    /** A row of the table {@code entries}. */
    record Entry(long entryId, String paymentId, String account, long amountMinor, long balanceAfterMinor) {}
}
