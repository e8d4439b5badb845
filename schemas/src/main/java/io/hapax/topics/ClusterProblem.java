package io.hapax.topics;

/**
 * One thing about a cluster or one of its topics that breaks the guarantee.
 *
 * @param subject the thing, such as {@code topic payment-commands} or {@code the cluster}
 * @param setting name of the setting, or of the property that is no setting
 * @param found what it is
 * @param needed what it must be
 * @param mend the command that mends it, or what to do where no command can
 */
public record ClusterProblem(String subject, String setting, String found, String needed, String mend) {
    static ClusterProblem missing(Topic topic) {
        return new ClusterProblem(named(topic.topicName()), "existence", "missing", "present", "scripts/topics create");
    }

    /** A setting that an operator can alter. */
    public static ClusterProblem setting(String topic, String setting, String found, String needed) {
        String mend = "kafka-configs.sh --bootstrap-server BROKER --alter --entity-type topics --entity-name " + topic
                + " --add-config " + setting + "=" + needed;
        return new ClusterProblem(named(topic), setting, found, needed, mend);
    }

    static ClusterProblem partitionCount(Topic topic, int found, int needed) {
        String mend = found < needed
                ? "kafka-topics.sh --bootstrap-server BROKER --alter --topic " + topic.topicName() + " --partitions "
                        + needed
                : "partitions cannot be taken away: see \"Partition count\" in ARCHITECTURE.md";
        return new ClusterProblem(
                named(topic.topicName()), "partitions", String.valueOf(found), String.valueOf(needed), mend);
    }

    /** Topics were made before with another count than is asked for now. */
    public static ClusterProblem otherCount(Topic topic, int found, int asked) {
        return new ClusterProblem(
                named(topic.topicName()),
                "partitions",
                String.valueOf(found),
                String.valueOf(asked) + " as --partitions asks",
                "existing topics were left as they are, and a count is for ever: see \"Partition count\" in"
                        + " ARCHITECTURE.md");
    }

    /** Partitions that a running app does not read. */
    public static ClusterProblem partitionsAdded(Topic topic, int found, int atStart) {
        return new ClusterProblem(
                named(topic.topicName()),
                "partitions",
                String.valueOf(found),
                atStart + ", as when the app started",
                "see \"The partition count is for ever\" in docs/operating.md");
    }

    static ClusterProblem replication(Topic topic, int found, int needed) {
        String mend = "kafka-reassign-partitions.sh, or topics.replication=" + found
                + " to accept that a lost disk can lose accepted payments";
        return new ClusterProblem(
                named(topic.topicName()), "replication factor", String.valueOf(found), "at least " + needed, mend);
    }

    /** A level of a feature that is not the cluster's yet. */
    static ClusterProblem feature(String feature, int found, int needed) {
        return new ClusterProblem(
                "the cluster",
                feature,
                String.valueOf(found),
                "at least " + needed,
                "kafka-features.sh --bootstrap-server BROKER upgrade --feature " + feature + "=" + needed);
    }

    private static String named(String topic) {
        return "topic " + topic;
    }

    @Override
    public String toString() {
        return subject + ": " + setting + " is " + (found.isEmpty() ? "not set" : found) + ", must be " + needed
                + "; to mend: " + mend;
    }
}
