package io.hapax.app.acls;

import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import io.hapax.topics.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;

/**
 * All that an app must be allowed to do, and nothing else. READ and WRITE include DESCRIBE.
 *
 * @param needed in the order in which they are told
 */
public record AppRights(List<Right> needed) {

    /** Of the stream app; with its HTTP gateway, it also sends commands and reads their answers. */
    public static AppRights ofStreamApp(String applicationId, boolean withGateway) {
        List<Right> rights = new ArrayList<>();
        if (withGateway) {
            rights.add(Right.onTopic(WRITE, Topic.PAYMENT_COMMANDS.topicName()));
            rights.add(Right.onTopic(READ, Topic.PAYMENT_DECISIONS.topicName()));
        }
        rights.add(Right.onTopic(READ, Topic.PAYMENT_COMMANDS.topicName()));
        rights.add(Right.onTopic(READ, Topic.PAYMENT_COMMANDS_REROUTED.topicName()));
        rights.add(Right.onTopic(READ, Topic.LEDGER_OUTCOMES.topicName()));
        rights.add(Right.onTopic(READ, Topic.RETENTION_POLICIES.topicName()));
        rights.add(Right.onTopic(WRITE, Topic.PAYMENT_COMMANDS_REROUTED.topicName()));
        rights.add(Right.onTopic(WRITE, Topic.LEDGER_EVENTS.topicName()));
        rights.add(Right.onTopic(WRITE, Topic.PAYMENT_DECISIONS.topicName()));
        rights.add(Right.onTopic(WRITE, Topic.DEAD_LETTERS.topicName()));
        // It verifies at the start, and while it runs, that the topics are sound.
        for (Topic topic : Topic.OF_THE_JOURNEY) {
            rights.add(Right.onTopic(DESCRIBE_CONFIGS, topic.topicName()));
        }
        // Its changelogs, which Kafka Streams creates.
        String prefix = applicationId + "-";
        for (AclOperation operation : List.of(CREATE, READ, WRITE, DESCRIBE_CONFIGS)) {
            rights.add(new Right(operation, ResourceType.TOPIC, PatternType.PREFIXED, prefix));
        }
        rights.add(new Right(READ, ResourceType.GROUP, PatternType.LITERAL, applicationId));
        rights.add(new Right(WRITE, ResourceType.TRANSACTIONAL_ID, PatternType.PREFIXED, prefix));
        return new AppRights(rights);
    }

    /** Of the ledger consumer. */
    public static AppRights ofLedgerConsumer(String group) {
        return new AppRights(List.of(
                Right.onTopic(READ, Topic.LEDGER_EVENTS.topicName()),
                // The time, where holds are over and no event says so.
                Right.onTopic(WRITE, Topic.LEDGER_EVENTS.topicName()),
                Right.onTopic(WRITE, Topic.LEDGER_OUTCOMES.topicName()),
                Right.onTopic(WRITE, Topic.DEAD_LETTERS.topicName()),
                new Right(READ, ResourceType.GROUP, PatternType.LITERAL, group)));
    }

    /** Of the insight app. */
    public static AppRights ofInsightApp(String applicationId) {
        return new AppRights(List.of(
                // How many partitions it has tells whether a command lies on its own.
                Right.onTopic(DESCRIBE, Topic.PAYMENT_COMMANDS.topicName()),
                Right.onTopic(READ, Topic.PAYMENT_DECISIONS.topicName()),
                Right.onTopic(READ, Topic.KEY_USAGE_STATE.topicName()),
                Right.onTopic(WRITE, Topic.KEY_USAGE_STATE.topicName()),
                Right.onTopic(WRITE, Topic.KEY_USAGE_ALERTS.topicName()),
                new Right(READ, ResourceType.GROUP, PatternType.LITERAL, applicationId),
                new Right(WRITE, ResourceType.TRANSACTIONAL_ID, PatternType.LITERAL, applicationId)));
    }

    /**
     * Of the insight app when it also looks at how late commands come.
     *
     * @param publishes whether it publishes the retentions that follow
     */
    public static AppRights ofAdaptingInsightApp(String applicationId, boolean publishes) {
        List<Right> rights = new ArrayList<>(ofInsightApp(applicationId).needed);
        rights.add(Right.onTopic(READ, Topic.PAYMENT_COMMANDS.topicName()));
        if (publishes) {
            rights.add(Right.onTopic(READ, Topic.RETENTION_POLICIES.topicName()));
            rights.add(Right.onTopic(WRITE, Topic.RETENTION_POLICIES.topicName()));
        }
        return new AppRights(rights);
    }

    public AppRights {
        needed = List.copyOf(needed);
    }

    /** The rights of which one was missing when this was thrown; empty when that is not why. */
    public Optional<String> missingIn(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            List<Right> suspects = suspects(cause);
            if (!suspects.isEmpty()) {
                return Optional.of("missing right: "
                        + String.join(
                                " or ", suspects.stream().map(Right::toString).toList()));
            }
        }
        return Optional.empty();
    }

    private List<Right> suspects(Throwable cause) {
        return switch (cause) {
            case TopicAuthorizationException topics ->
                topics.unauthorizedTopics().stream()
                        .flatMap(topic -> covering(ResourceType.TOPIC, topic).stream())
                        .distinct()
                        .toList();
            case GroupAuthorizationException group -> of(ResourceType.GROUP);
            case TransactionalIdAuthorizationException transaction -> of(ResourceType.TRANSACTIONAL_ID);
            default -> List.of();
        };
    }

    /**
     * The rights that are needed on that resource, except those to describe configurations. Nobody asks for
     * configurations while payments flow.
     */
    private List<Right> covering(ResourceType type, String name) {
        return needed.stream()
                .filter(right -> right.covers(type, name) && right.operation() != DESCRIBE_CONFIGS)
                .toList();
    }

    private List<Right> of(ResourceType type) {
        return needed.stream().filter(right -> right.resource() == type).toList();
    }
}
