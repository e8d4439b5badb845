package io.hapax.app.acls;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The check at start that the cluster gives an app all its rights. It names all missing rights at once. A right that
 * can't be asked for, such as to read or write a topic that does not exist yet, shows when it is used.
 */
public final class RightsCheck {
    /** Whoever has one of these on a topic may describe it. */
    private static final Set<AclOperation> DESCRIBING =
            Set.of(AclOperation.DESCRIBE, AclOperation.READ, AclOperation.WRITE);

    private final Admin admin;
    private final AppRights rights;
    private final Collection<String> ownTopics;

    private RightsCheck(Admin admin, AppRights rights, Collection<String> ownTopics) {
        this.admin = admin;
        this.rights = rights;
        this.ownTopics = ownTopics;
    }

    /**
     * Throws when a right is missing.
     *
     * @param ownTopics topics below the prefix that the app may use; they need not exist yet
     */
    public static void require(Admin admin, AppRights rights, Collection<String> ownTopics) {
        List<Right> missing = missing(admin, rights, ownTopics);
        if (!missing.isEmpty()) {
            throw new MissingRightsException(missing);
        }
    }

    /** The missing ones. */
    public static List<Right> missing(Admin admin, AppRights rights, Collection<String> ownTopics) {
        return new RightsCheck(admin, rights, ownTopics).missing();
    }

    private List<Right> missing() {
        List<Right> missing = new ArrayList<>();
        topicNames().forEach(topic -> missing.addAll(missingOnTopic(topic)));
        rights.needed().stream()
                .filter(right -> right.resource() == ResourceType.GROUP && isMissingOnGroup(right))
                .forEach(missing::add);
        rights.needed().stream()
                .filter(right -> right.resource() == ResourceType.TRANSACTIONAL_ID && isMissingOnTransactions(right))
                .forEach(missing::add);
        return missing.stream().distinct().toList();
    }

    private Stream<String> topicNames() {
        return Stream.concat(
                        rights.needed().stream()
                                .filter(right -> right.resource() == ResourceType.TOPIC && !right.isPrefix())
                                .map(Right::name),
                        ownTopics.stream())
                .distinct();
    }

    private List<Right> missingOnTopic(String topic) {
        List<Right> needed = rights.needed().stream()
                .filter(right -> right.covers(ResourceType.TOPIC, topic))
                .toList();
        Answer<Set<AclOperation>> allowed = ask(requireNonNull(admin.describeTopics(
                                List.of(topic), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                        .topicNameValues()
                        .get(topic))
                .thenApply(found -> found.authorizedOperations()));
        return switch (allowed) {
            // Each of these would let it be described.
            case Answer.Refused<Set<AclOperation>> refused ->
                needed.stream()
                        .filter(right -> DESCRIBING.contains(right.operation()))
                        .toList();
            case Answer.Absent<Set<AclOperation>> absent ->
                needed.stream()
                        .filter(right -> right.operation() == AclOperation.CREATE && mayNotCreate(topic))
                        .toList();
            case Answer.Given<Set<AclOperation>>(Set<AclOperation> operations) ->
                needed.stream()
                        .filter(right -> !operations.contains(right.operation()))
                        .toList();
        };
    }

    private boolean mayNotCreate(String topic) {
        return ask(admin.createTopics(
                                List.of(new NewTopic(topic, Optional.of(1), Optional.empty())),
                                new CreateTopicsOptions().validateOnly(true))
                        .all())
                instanceof Answer.Refused;
    }

    private boolean isMissingOnGroup(Right right) {
        Answer<Set<AclOperation>> allowed = ask(requireNonNull(admin.describeConsumerGroups(
                                List.of(right.name()),
                                new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                        .describedGroups()
                        .get(right.name()))
                .thenApply(found -> found.authorizedOperations()));
        return switch (allowed) {
            case Answer.Refused<Set<AclOperation>> refused -> true;
            case Answer.Absent<Set<AclOperation>> absent -> false;
            case Answer.Given<Set<AclOperation>>(Set<AclOperation> operations) ->
                !operations.contains(right.operation());
        };
    }

    private boolean isMissingOnTransactions(Right right) {
        String id = right.isPrefix() ? right.name() + "rights" : right.name();
        return ask(admin.describeTransactions(List.of(id)).description(id)) instanceof Answer.Refused;
    }

    /** The cluster's answer to a question: given, refused or absent. */
    private sealed interface Answer<T> {
        record Given<T>(T value) implements Answer<T> {}

        /** Not allowed to ask. */
        record Refused<T>() implements Answer<T> {}

        /** Allowed to ask, and there is no such thing, or it is of another kind. */
        record Absent<T>() implements Answer<T> {}
    }

    private static <T> Answer<T> ask(KafkaFuture<T> question) {
        try {
            return new Answer.Given<>(question.get());
        } catch (ExecutionException e) {
            return switch (e.getCause()) {
                case AuthorizationException refused -> new Answer.Refused<>();
                case RetriableException away
                when isNoAnswer(away) ->
                    throw new KafkaException("the cluster did not say which rights the app has", e.getCause());
                case ApiException other -> new Answer.Absent<>();
                case null, default ->
                    throw new KafkaException("the cluster did not say which rights the app has", e.getCause());
            };
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static boolean isNoAnswer(Throwable failure) {
        return !(failure instanceof UnknownTopicOrPartitionException);
    }
}
