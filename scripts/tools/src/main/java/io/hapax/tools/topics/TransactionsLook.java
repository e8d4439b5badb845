package io.hapax.tools.topics;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.hapax.tools.cli.PlainFailure;
import io.hapax.tools.topics.OpenTransaction.Coordinated;
import io.hapax.tools.topics.OpenTransaction.Standing;
import io.hapax.topics.MissingTopicException;
import io.hapax.topics.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** A look at the transactions that are open on some topics, with the coordinators of their producers. */
final class TransactionsLook {
    /** The topic of the coordinators' state: who leads one of its partitions coordinates the transactions in it. */
    private static final String COORDINATORS = "__transaction_state";

    /** Longer than a coordinator takes to move to another broker, and than the end of a transaction takes. */
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(3);

    private final Admin admin;
    private final List<TopicPartition> partitions;

    private TransactionsLook(Admin admin, List<TopicPartition> partitions) {
        this.admin = admin;
        this.partitions = partitions;
    }

    /**
     * A look at these topics, or at all of the project where none is named: those of the journey, and the changelogs
     * of the stream app.
     */
    static TransactionsLook at(Admin admin, List<String> named, String streamGroup)
            throws ExecutionException, InterruptedException {
        Set<String> topics = named.isEmpty() ? ofTheProject(admin, streamGroup) : Set.copyOf(named);
        List<TopicPartition> partitions = new ArrayList<>();
        for (TopicDescription topic : describe(admin, topics)) {
            topic.partitions()
                    .forEach(partition -> partitions.add(new TopicPartition(topic.name(), partition.partition())));
        }
        return new TransactionsLook(admin, partitions);
    }

    private static Set<String> ofTheProject(Admin admin, String streamGroup)
            throws ExecutionException, InterruptedException {
        Stream<String> changelogs = admin.listTopics().names().get().stream()
                .filter(name -> name.startsWith(streamGroup + "-") && name.endsWith("-changelog"));
        return Stream.concat(Stream.of(Topic.values()).map(Topic::topicName), changelogs)
                .collect(toSet());
    }

    private static Collection<TopicDescription> describe(Admin admin, Collection<String> topics)
            throws ExecutionException, InterruptedException {
        List<TopicDescription> found = new ArrayList<>();
        for (var topic : admin.describeTopics(topics).topicNameValues().entrySet()) {
            try {
                found.add(topic.getValue().get());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                    throw new MissingTopicException(topic.getKey());
                }
                throw e;
            }
        }
        return found;
    }

    int partitions() {
        return partitions.size();
    }

    /**
     * The open transactions with their standing, in the order of their places. One is hanging if it was so in two
     * looks, some seconds apart. In the first one its end may have been on its way.
     */
    Map<OpenTransaction, Standing> open(Instant now) throws ExecutionException, InterruptedException {
        List<OpenTransaction> before = once();
        List<OpenTransaction> open = before;
        if (before.stream().anyMatch(each -> each.standing(now) == Standing.HANGING)) {
            Thread.sleep(AGAIN_AFTER);
            open = once();
        }
        Map<OpenTransaction, Standing> found = new LinkedHashMap<>();
        open.forEach(each -> found.put(each, each.standingAfter(before, now)));
        return found;
    }

    /** Partitions first: what is open on them is part of a transaction until their leaders have its end. */
    private List<OpenTransaction> once() throws ExecutionException, InterruptedException {
        List<OpenTransaction> open = new ArrayList<>();
        admin.describeProducers(partitions)
                .all()
                .get()
                .forEach((partition, state) -> state.activeProducers().stream()
                        .filter(producer ->
                                producer.currentTransactionStartOffset().isPresent())
                        .forEach(producer -> open.add(new OpenTransaction(partition, producer, Optional.empty()))));
        Map<Long, Coordinated> coordinated = coordinated(
                open.stream().map(each -> each.producer().producerId()).collect(toSet()));
        return open.stream()
                .map(each -> new OpenTransaction(
                        each.partition(),
                        each.producer(),
                        Optional.ofNullable(coordinated.get(each.producer().producerId()))))
                .sorted(Comparator.comparing(OpenTransaction::place))
                .toList();
    }

    /** What coordinators say of these producers, by the producer's id. */
    private Map<Long, Coordinated> coordinated(Set<Long> producers) throws ExecutionException, InterruptedException {
        Map<Long, Coordinated> found = new HashMap<>();
        if (producers.isEmpty()) {
            return found;
        }
        Map<String, Long> listed =
                admin.listTransactions(new ListTransactionsOptions().filterProducerIds(producers)).all().get().stream()
                        .collect(toMap(
                                TransactionListing::transactionalId,
                                TransactionListing::producerId,
                                (one, moved) -> moved));
        var described = admin.describeTransactions(listed.keySet());
        for (Map.Entry<String, Long> each : listed.entrySet()) {
            try {
                found.put(
                        each.getValue(),
                        new Coordinated(
                                each.getKey(),
                                described.description(each.getKey()).get()));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TransactionalIdNotFoundException)) { // It was forgotten meanwhile.
                    throw e;
                }
            }
        }
        if (!found.keySet().containsAll(producers)) {
            requireThatAllWouldBeSeen();
        }
        return found;
    }

    /**
     * Fails if a transaction may be known to a coordinator though it was not listed. Kafka leaves out, without a
     * word, what the user may not describe, and what a coordinator has that is away.
     */
    private void requireThatAllWouldBeSeen() throws ExecutionException, InterruptedException {
        String nobodys = "hapax-topics-transactions-" + UUID.randomUUID();
        try {
            admin.describeTransactions(List.of(nobodys)).all().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                throw new PlainFailure("a producer is unknown, and it may be one that this user may not see; to grant:"
                        + " kafka-acls.sh --add --operation Describe --transactional-id '*'");
            }
            if (!(e.getCause() instanceof TransactionalIdNotFoundException)) {
                throw e;
            }
        }
        for (TopicDescription state : describe(admin, List.of(COORDINATORS))) {
            state.partitions().stream()
                    .filter(partition ->
                            partition.leader() == null || partition.leader().isEmpty())
                    .findFirst()
                    .ifPresent(partition -> {
                        throw new PlainFailure("a producer is unknown, and not all coordinators are there: partition "
                                + partition.partition() + " of " + COORDINATORS + " has no leader; first bring back the"
                                + " brokers that are away");
                    });
        }
    }
}
