package io.hapax.tools.audit;

import static java.util.stream.Collectors.joining;

import io.hapax.tools.cli.Count;
import io.hapax.tools.cli.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The counts and findings of an audit, collected while the audit runs. At its end they give the verdict. */
final class AuditReport {
    private final int limit;
    private final Map<String, Count> counted = new TreeMap<>();
    private final Map<Kind, Long> kinds = new TreeMap<>();
    private final List<Finding> differences = new ArrayList<>();
    private final Map<String, Long> interleavings = new TreeMap<>();
    private final List<Finding> interleaved = new ArrayList<>();
    private final List<String> unproved = new ArrayList<>();

    /** The kind of disagreement between decisions and rule. The names are stable codes. */
    enum Kind {
        /** The rule answers a command, and nobody else did. */
        DECISION_MISSING,
        /** The rule answers otherwise. */
        DECISION_DIFFERS,
        /** A command has more than one answer. */
        DECISION_TWICE,
        /** An answer to a command that is not there, or that the rule does not answer. */
        DECISION_UNFOUNDED,
        /** The rule tells the ledger to post, or asks it about an old key, and the app did not. */
        EVENT_MISSING,
        /** The ledger was told to post what the rule did not accept, or asked about what it did not recall. */
        EVENT_UNFOUNDED,
        /** A command on the wrong partition was not sent on. */
        REROUTE_MISSING,
        /** Sent on more than once, with other bytes, or without need. */
        REROUTE_UNFOUNDED,
        /** Bytes that are no command have no dead letter. */
        LETTER_MISSING,
        /** Decided at a time that the task's clock can't have shown. */
        TIME_IMPOSSIBLE
    }

    /** One finding, with the place of its record. */
    record Finding(String kind, String topic, int partition, long offset, String reason) {}

    /**
     * The whole report, for programs.
     *
     * @param heapMb heap in use after each quarter of the reading, in megabytes
     */
    record Summary(
            Verdict verdict,
            Map<String, Count> counted,
            Map<Kind, Long> kinds,
            List<Finding> differences,
            Map<String, Long> interleavings,
            List<Finding> interleaved,
            List<String> unproved,
            List<Long> heapMb) {}

    AuditReport(int limit) {
        this.limit = limit;
    }

    /** The greatest number of findings of one kind that are listed one by one. All of them are counted. */
    int limit() {
        return limit;
    }

    /**
     * Counts one more.
     *
     * @param id under which programs find it, in camel case
     * @param what the same in words
     */
    void count(String id, String what) {
        Count before = counted.getOrDefault(id, new Count(what, 0));
        counted.put(id, before.plus(1));
    }

    long counted(String id) {
        Count count = counted.get(id);
        return count == null ? 0 : count.count();
    }

    void countRecord(String topic) {
        count(recordsOf(topic), "records of " + topic);
    }

    long countedRecords(String topic) {
        return counted(recordsOf(topic));
    }

    private static String recordsOf(String topic) {
        return "recordsOf" + camel(topic);
    }

    /** {@code PaymentCommands} of {@code payment-commands}, {@code InFlight} of {@code IN_FLIGHT}. */
    static String camel(String name) {
        return Stream.of(name.split("[^A-Za-z0-9]+", -1))
                .filter(word -> !word.isEmpty())
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT)
                        + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(joining());
    }

    void differs(Kind kind, String topic, int partition, long offset, String reason) {
        if (kinds.merge(kind, 1L, Long::sum) <= limit) {
            differences.add(new Finding(kind.name(), topic, partition, offset, reason));
        }
    }

    /** Counts a right decision that rests on the order in which records of different topics were read. */
    void interleaved(String kind, String topic, int partition, long offset, String reason) {
        if (interleavings.merge(kind, 1L, Long::sum) <= limit) {
            interleaved.add(new Finding(kind, topic, partition, offset, reason));
        }
    }

    void unproved(String reason) {
        unproved.add(reason);
    }

    Summary summary(List<Long> heapMb) {
        return new Summary(
                Verdict.of(!kinds.isEmpty(), unproved.isEmpty()),
                counted,
                kinds,
                differences,
                interleavings,
                interleaved,
                unproved,
                heapMb);
    }
}
