package io.hapax.topics;

/**
 * One thing about a topic that breaks the guarantee.
 *
 * @param topic name of the topic
 * @param setting name of the setting, or of the property that is no setting
 * @param found what it is
 * @param needed what it must be
 * @param mend the command that mends it, or what to do where no command can
 */
public record TopicProblem(String topic, String setting, String found, String needed, String mend) {
    static TopicProblem missing(Topic topic) {
        return new TopicProblem(topic.topicName(), "existence", "missing", "present", "scripts/topics create");
    }

    /** A setting that an operator can alter. */
    public static TopicProblem setting(String topic, String setting, String found, String needed) {
        String mend = "kafka-configs.sh --bootstrap-server BROKER --alter --entity-type topics --entity-name " + topic
                + " --add-config " + setting + "=" + needed;
        return new TopicProblem(topic, setting, found, needed, mend);
    }

    static TopicProblem partitionCount(Topic topic, int found, int needed) {
        String mend = found < needed
                ? "kafka-topics.sh --bootstrap-server BROKER --alter --topic " + topic.topicName() + " --partitions "
                        + needed
                : "partitions cannot be taken away: see \"Partition count\" in ARCHITECTURE.md";
        return new TopicProblem(topic.topicName(), "partitions", String.valueOf(found), String.valueOf(needed), mend);
    }

    /** Topics were made before with another count than is asked for now. */
    public static TopicProblem otherCount(Topic topic, int found, int asked) {
        return new TopicProblem(
                topic.topicName(),
                "partitions",
                String.valueOf(found),
                String.valueOf(asked) + " as --partitions asks",
                "existing topics were left as they are, and a count is for ever: see \"Partition count\" in"
                        + " ARCHITECTURE.md");
    }

    /** Partitions that a running app does not read. */
    public static TopicProblem partitionsAdded(Topic topic, int found, int atStart) {
        return new TopicProblem(
                topic.topicName(),
                "partitions",
                String.valueOf(found),
                atStart + ", as when the app started",
                "see \"The partition count is for ever\" in docs/operating.md");
    }

    static TopicProblem replication(Topic topic, int found, int needed) {
        String mend = "kafka-reassign-partitions.sh, or topics.replication=" + found
                + " to accept that a lost disk can lose accepted payments";
        return new TopicProblem(
                topic.topicName(), "replication factor", String.valueOf(found), "at least " + needed, mend);
    }

    @Override
    public String toString() {
        return "topic " + topic + ": " + setting + " is " + (found.isEmpty() ? "not set" : found) + ", must be "
                + needed + "; to mend: " + mend;
    }
}
