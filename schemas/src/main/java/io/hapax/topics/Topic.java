package io.hapax.topics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The topics of the journey, with the settings that the guarantee rests on. */
public enum Topic {
    /**
     * The commands of clients, keyed as the producer likes. The broker stamps each command: its clock is the only one
     * that no client can move.
     */
    PAYMENT_COMMANDS("payment-commands", true, Map.of("message.timestamp.type", "LogAppendTime")),

    /**
     * Commands found on the wrong partition, sent on by the app alone. A header keeps the broker's time of the
     * original, so that a backlog is still judged by when it reached us. The broker stamps the copy: a clock that was
     * ahead at the original is seen by it.
     */
    PAYMENT_COMMANDS_REROUTED("payment-commands-rerouted", true, Map.of("message.timestamp.type", "LogAppendTime")),

    /**
     * The requests to the ledger, keyed by debtor account. They are the audit log: kept for ever unless an operator
     * decides otherwise.
     */
    LEDGER_EVENTS("ledger-events", false, Map.of("message.timestamp.type", "CreateTime")),

    /**
     * The ledger's answers. Each carries the time of the event that it answers, so that event time never runs ahead.
     */
    LEDGER_OUTCOMES("ledger-outcomes", true, Map.of("message.timestamp.type", "CreateTime")),

    /** The one answer to each command. */
    PAYMENT_DECISIONS("payment-decisions", false, Map.of()),

    /** Bytes that are no command, event or outcome, with reason and origin in their headers. */
    DEAD_LETTERS("dead-letters", false, Map.of()),

    /**
     * The retention policies: the newest of each scope is all that counts. A task remembers by itself which policy it
     * follows, and since when.
     */
    RETENTION_POLICIES("retention-policies", false, Map.of("cleanup.policy", "compact")),

    /** Incidents in how clients use their keys, opened and closed. */
    KEY_USAGE_ALERTS("key-usage-alerts", false, Map.of()),

    /** The saved state of each client's use of keys: the newest state is all that counts. */
    KEY_USAGE_STATE("key-usage-state", false, Map.of("cleanup.policy", "compact")),

    /** What operators did and tried to do: each action before it is done, and its end. Nobody deletes from it. */
    OPERATOR_AUDIT("operator-audit", false, Map.of());

    /** Topics without which no payment can be made. */
    public static final List<Topic> OF_THE_JOURNEY = List.of(
            PAYMENT_COMMANDS,
            PAYMENT_COMMANDS_REROUTED,
            LEDGER_EVENTS,
            LEDGER_OUTCOMES,
            PAYMENT_DECISIONS,
            DEAD_LETTERS,
            RETENTION_POLICIES);

    /**
     * Bytes of the largest dead letter that is kept whole; above it the value is cut and its origin says where it
     * lies.
     */
    public static final int MAX_DEAD_LETTER_BYTES = 8 * 1024 * 1024;

    /** Bytes of a dead letter's key that are kept: with them and its headers it still fits. */
    public static final int MAX_DEAD_LETTER_KEY_BYTES = 64 * 1024;

    /**
     * The size in bytes that {@link #DEAD_LETTERS} must accept for a record. A lower limit could stop the partition
     * that the bytes came from.
     */
    private static final int DEAD_LETTER_RECORD_BYTES = MAX_DEAD_LETTER_BYTES + 1024 * 1024;

    private final String topicName;
    private final boolean partitionedLikeCommands;
    private final Map<String, String> required;

    Topic(String topicName, boolean partitionedLikeCommands, Map<String, String> required) {
        this.topicName = topicName;
        this.partitionedLikeCommands = partitionedLikeCommands;
        this.required = required;
    }

    /** The name on the broker. */
    public String topicName() {
        return topicName;
    }

    /** True where partition {@code i} must belong to the same task as partition {@code i} of the commands. */
    public boolean partitionedLikeCommands() {
        return partitionedLikeCommands;
    }

    /** Settings without which the guarantee does not hold; the app refuses to run on a topic that lacks one. */
    public Map<String, String> requiredSettings() {
        Map<String, String> settings = new LinkedHashMap<>(required);
        settings.putIfAbsent("cleanup.policy", "delete");
        // An unclean leader forgets acknowledged records, and with them that a payment was accepted.
        settings.put("unclean.leader.election.enable", "false");
        // The size of a log says nothing of what may be forgotten, and a cluster's default would delete what is kept
        // for ever.
        settings.put("retention.bytes", "-1");
        if (this != PAYMENT_COMMANDS) {
            // What we write carries the time of the command that it follows from: however old that is, and however far
            // ahead the clock of the broker was that stamped it.
            settings.put("message.timestamp.before.max.ms", String.valueOf(Long.MAX_VALUE));
            settings.put("message.timestamp.after.max.ms", String.valueOf(Long.MAX_VALUE));
        }
        return settings;
    }

    /** True where only the newest record of each key is kept, for ever. */
    boolean isCompacted() {
        return "compact".equals(required.get("cleanup.policy"));
    }

    /** Bytes of the largest record that the topic must take; 0 if Kafka's own default will do. */
    int largestRecordBytes() {
        return this == DEAD_LETTERS ? DEAD_LETTER_RECORD_BYTES : 0;
    }

    /** Settings that a new topic gets; an operator may change those that are not {@link #requiredSettings()}. */
    public Map<String, String> initialSettings() {
        Map<String, String> settings = requiredSettings();
        settings.put("retention.ms", "-1");
        if (largestRecordBytes() > 0) {
            settings.put("max.message.bytes", String.valueOf(largestRecordBytes()));
        }
        return settings;
    }
}
