package io.hapax.insight;

/** The most likely cause of an incident: what went wrong at the client, with the words for a person. */
public enum Cause {
    LOOP_WITHOUT_DELAY(
            MisuseKind.RETRY_LOOP,
            "asks for a payment that is settled again and again, without waiting: a loop that does not look at the"
                    + " answer"),
    LOOP_WITH_FIXED_DELAY(
            MisuseKind.RETRY_LOOP,
            "asks for a payment that is settled again and again, at fixed intervals: a timer that is never stopped"),
    LOOP_WITH_VARYING_DELAY(
            MisuseKind.RETRY_LOOP,
            "asks for a payment that is settled again and again, at varying intervals: retries without an end"),

    RECORDED_COMMANDS_FROM_ELSEWHERE(
            MisuseKind.REPLAY_ATTACK,
            "many old keys come again in sequence, from a producer that partitions otherwise than this client's:"
                    + " recorded commands, sent by somebody else"),
    RECORDED_COMMANDS_FROM_THE_SAME_SOURCE(
            MisuseKind.REPLAY_ATTACK,
            "many old keys of very different age come again in sequence, from this client's own producer: a recording"
                    + " or a topic that is sent again"),

    ONE_KEY_FOR_EVER(
            MisuseKind.SENT_AFTER_EXPIRY,
            "sends the same key again though it was told that it came too late: a command that never leaves its queue"),
    STALE_QUEUE(
            MisuseKind.SENT_AFTER_EXPIRY,
            "sends many keys that are too late, one after the other: a queue or a file that was left lying"),

    ONE_KEY_FOR_ALL_PAYMENTS(
            MisuseKind.KEY_REUSED, "uses one key for different payments: a constant where a new key should be made"),
    KEYS_STARTED_OVER(
            MisuseKind.KEY_REUSED,
            "uses keys of earlier payments for new ones: a counter or a random generator that started over"),
    RETRY_CHANGES_THE_PAYLOAD(
            MisuseKind.KEY_REUSED,
            "retries payments with another amount or reference: the retry is built anew instead of sent again"),

    NEW_KEY_FOR_EACH_RETRY(
            MisuseKind.IDEMPOTENCY_DRIFT,
            "asks for the same payments under new keys within minutes: retries that make a new key each time, which"
                    + " pay twice"),

    SHORT_KEYS(MisuseKind.WEAK_KEYS, "makes keys so short that two payments will meet under one"),
    SEQUENTIAL_KEYS(MisuseKind.WEAK_KEYS, "counts its keys: a counter that starts over meets its own old keys"),
    GUESSABLE_KEYS(
            MisuseKind.WEAK_KEYS,
            "makes keys that differ in few characters: two payments will meet under one before long"),

    VOLUME(MisuseKind.UNUSUAL_USAGE, "pays far more often in an hour than ever in a week"),
    INVALID_COMMANDS(MisuseKind.UNUSUAL_USAGE, "sends far more invalid commands in an hour than ever in a week"),
    FAILED_PAYMENTS(MisuseKind.UNUSUAL_USAGE, "has far more failed payments in an hour than ever in a week");

    private final MisuseKind kind;
    private final String sentence;

    Cause(MisuseKind kind, String sentence) {
        this.kind = kind;
        this.sentence = sentence;
    }

    public MisuseKind kind() {
        return kind;
    }

    /** Follows the client's id. */
    public String sentence() {
        return sentence;
    }
}
