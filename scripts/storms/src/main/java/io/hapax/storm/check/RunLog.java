package io.hapax.storm.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.storm.history.RunEnd;
import io.hapax.storm.history.RunFacts;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** A run as its folder tells it, sorted by names of payments. */
final class RunLog {
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

    /** The clocks of the stream app's tasks. */
    final TaskClocks clocks = new TaskClocks();

    RunLog(RunFacts facts, RunEnd end) {
        this.facts = facts;
        this.end = end;
        this.shortestRetentionMs = facts.times().retentionMs();
        this.longestRecallMs = facts.times().recallMs();
    }

    /** The earliest time, by the clients' clock, at which an answer to a key may have been forgotten; NEVER if none. */
    long forgottenMs(Story story) {
        return story.settlements().stream().mapToLong(this::forgottenMs).min().orElse(Operation.NEVER);
    }

    /** The same of one settlement. */
    long forgottenMs(Decision settled) {
        return settled.expiresMs() == null
                ? Operation.NEVER
                : clocks.earliestMs(settled.at().partition(), settled.expiresMs());
    }

    /** True if any decision has that verdict. */
    boolean decided(String verdict) {
        return stories.values().stream()
                .flatMap(story -> story.decisions.stream())
                .anyMatch(decision -> decision.is(verdict));
    }

    /** The partition of what is keyed so. */
    int placeOf(Object key) {
        return Utils.toPositive(Utils.murmur2(key.toString().getBytes(UTF_8))) % facts.partitions();
    }

    /** True if a record lies where it belongs and is keyed so. */
    boolean isKeyed(Place at, @Nullable String key, Object by) {
        return at.partition() == placeOf(by)
                && Base64.getEncoder()
                        .encodeToString(by.toString().getBytes(UTF_8))
                        .equals(key);
    }

    Story story(Name name) {
        return stories.computeIfAbsent(name, Story::new);
    }

    /** A copy on {@code payment-commands-rerouted}. */
    record Rerouted(
            Place at,
            @Nullable String key,
            @Nullable Place origin,
            @Nullable Command command) {}

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
            long balanceMinor,
            long heldMinor) {}

    /** A row of the table {@code entries}. */
    record Entry(long entryId, String paymentId, String account, long amountMinor, long balanceAfterMinor) {}
}
