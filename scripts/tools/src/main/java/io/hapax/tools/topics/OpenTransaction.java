package io.hapax.tools.topics;

import io.hapax.app.settings.DurationText;
import io.hapax.tools.cli.Times;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.common.TopicPartition;

/**
 * A transaction that is open on a partition, beside what the coordinator of its producer says.
 *
 * <p>A partition is part of a transaction to its coordinator before the first record is taken. It stays so until its
 * leader has the end. So a transaction is over, and its end was not written here, if it is open here and the
 * coordinator has none that is ongoing with this partition.
 *
 * @param producer as the leader of the partition tells it, with the offset at which the transaction began
 * @param coordinated empty if no coordinator knows the producer
 */
record OpenTransaction(TopicPartition partition, ProducerState producer, Optional<Coordinated> coordinated) {
    /** Coordinators look every 10 s for transactions that are open for too long. */
    private static final Duration MARGIN = Duration.ofMinutes(1);

    /** What a coordinator says of the newest transaction of a transactional id. */
    record Coordinated(String transactionalId, TransactionDescription said) {
        boolean isOverdue(Instant now) {
            return age(now).compareTo(Duration.ofMillis(said.transactionTimeoutMs())
                            .plus(MARGIN))
                    > 0;
        }

        /** Zero where the coordinator does not say when it began. */
        Duration age(Instant now) {
            return said.transactionStartTimeMs().isEmpty()
                    ? Duration.ZERO
                    : Duration.between(
                            Instant.ofEpochMilli(said.transactionStartTimeMs().getAsLong()), now);
        }
    }

    /** The place of an open transaction between its producer and its coordinator. */
    enum Standing {
        /** Its producer or its coordinator will end it. */
        IN_PROGRESS,
        /** Its coordinator should have ended it, and has not. */
        OVERDUE,
        /** It is over to its coordinator, or none knows it: nobody will end it. */
        HANGING,
        /** Its coordinator is in a state that this program does not know. */
        UNCLEAR
    }

    Standing standing(Instant now) {
        if (coordinated.isEmpty()) {
            return Standing.HANGING;
        }
        Standing unended = coordinated.get().isOverdue(now) ? Standing.OVERDUE : Standing.IN_PROGRESS;
        TransactionDescription said = coordinated.get().said();
        return switch (said.state()) {
            case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT -> Standing.HANGING;
            case ONGOING -> said.topicPartitions().contains(partition) ? unended : Standing.HANGING;
            case PREPARE_COMMIT, PREPARE_ABORT, PREPARE_EPOCH_FENCE -> unended;
            case UNKNOWN -> Standing.UNCLEAR;
        };
    }

    /** Its standing after an earlier look. What hangs in one look alone may have had its end on its way. */
    Standing standingAfter(List<OpenTransaction> before, Instant now) {
        Standing standing = standing(now);
        return standing == Standing.HANGING
                        && before.stream().noneMatch(each -> each.isSame(this) && each.standing(now) == standing)
                ? Standing.IN_PROGRESS
                : standing;
    }

    /** True if it is the same transaction, and its producer has not gone on to a later one. */
    private boolean isSame(OpenTransaction other) {
        return partition.equals(other.partition)
                && startOffset() == other.startOffset()
                && producer.producerId() == other.producer.producerId()
                && producer.producerEpoch() == other.producer.producerEpoch();
    }

    private long startOffset() {
        return producer.currentTransactionStartOffset().orElseThrow();
    }

    /** The order to the partition's leader to end it. It is refused once the producer has gone on to a later one. */
    AbortTransactionSpec end() {
        return new AbortTransactionSpec(
                partition,
                producer.producerId(),
                (short) producer.producerEpoch(),
                producer.coordinatorEpoch().orElse(0));
    }

    /** The partition and the offset at which it began, such as {@code payment-decisions 1@4711}. */
    String place() {
        return partition.topic() + " " + partition.partition() + "@" + startOffset();
    }

    String text(Instant now) {
        return "producer %d, epoch %d, coordinator epoch %s, last record %s (%s ago)%s"
                .formatted(
                        producer.producerId(),
                        producer.producerEpoch(),
                        producer.coordinatorEpoch().isPresent()
                                ? producer.coordinatorEpoch().getAsInt()
                                : "not known",
                        Times.text(Instant.ofEpochMilli(producer.lastTimestamp())),
                        shortly(Duration.between(Instant.ofEpochMilli(producer.lastTimestamp()), now)),
                        coordinated
                                .map(known -> ", transactional id " + known.transactionalId() + ": " + said(known, now))
                                .orElse(": no coordinator knows this producer"));
    }

    private static String said(Coordinated known, Instant now) {
        TransactionDescription said = known.said();
        return switch (said.state()) {
            case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT -> "to its coordinator it is over, " + said.state();
            case ONGOING, PREPARE_COMMIT, PREPARE_ABORT, PREPARE_EPOCH_FENCE ->
                "its coordinator has one since %s, of at most %s, on %d partitions, %s"
                        .formatted(
                                shortly(known.age(now)),
                                DurationText.of(Duration.ofMillis(said.transactionTimeoutMs())),
                                said.topicPartitions().size(),
                                said.state());
            case UNKNOWN -> "the state of its coordinator is not known";
        };
    }

    private static String shortly(Duration duration) {
        return DurationText.of(duration.truncatedTo(
                duration.compareTo(Duration.ofMinutes(2)) < 0 ? ChronoUnit.SECONDS : ChronoUnit.MINUTES));
    }
}
