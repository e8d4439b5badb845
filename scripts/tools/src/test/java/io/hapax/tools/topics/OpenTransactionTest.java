package io.hapax.tools.topics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.tools.topics.OpenTransaction.Coordinated;
import io.hapax.tools.topics.OpenTransaction.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Tests of which open transactions nobody will end. To end one that will go on would cut it in two. */
class OpenTransactionTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final TopicPartition HERE = new TopicPartition("payment-decisions", 1);
    private static final TopicPartition ELSEWHERE = new TopicPartition("payment-decisions", 2);
    private static final Duration LIMIT = Duration.ofSeconds(15);

    @Test
    void shouldTakeForHangingOnlyWhatIsOverToItsCoordinatorOrUnknown() {
        EnumSet<TransactionState> over =
                EnumSet.of(TransactionState.EMPTY, TransactionState.COMPLETE_COMMIT, TransactionState.COMPLETE_ABORT);
        for (TransactionState state : TransactionState.values()) {
            Standing expected = over.contains(state)
                    ? Standing.HANGING
                    : state == TransactionState.UNKNOWN ? Standing.UNCLEAR : Standing.IN_PROGRESS;
            assertEquals(expected, open(state, Duration.ofSeconds(1), HERE).standing(NOW), state.toString());
        }
        assertEquals(Standing.HANGING, open(Optional.empty()).standing(NOW));
    }

    @Test
    void shouldNeverTakeForHangingWhatItsCoordinatorCallsOngoingOnThisPartition() {
        Duration longest = Duration.ofDays(30);
        assertEquals(
                Standing.OVERDUE, open(TransactionState.ONGOING, longest, HERE).standing(NOW));
        assertEquals(
                Standing.OVERDUE,
                open(TransactionState.ONGOING, longest, ELSEWHERE, HERE).standing(NOW));
    }

    /** The producer has gone on to a later one. What is open here is from before. */
    @Test
    void shouldTakeForHangingWhatIsOpenBesideAnOngoingOneThatHasOtherPartitions() {
        assertEquals(
                Standing.HANGING,
                open(TransactionState.ONGOING, Duration.ZERO, ELSEWHERE).standing(NOW));
        assertEquals(
                Standing.HANGING, open(TransactionState.ONGOING, Duration.ZERO).standing(NOW));
    }

    /** While its end is written, partitions that have it are left out. */
    @Test
    void shouldLeaveToItsCoordinatorWhatItIsEnding() {
        for (TransactionState state : EnumSet.of(
                TransactionState.PREPARE_COMMIT,
                TransactionState.PREPARE_ABORT,
                TransactionState.PREPARE_EPOCH_FENCE)) {
            assertEquals(
                    Standing.IN_PROGRESS, open(state, Duration.ZERO, ELSEWHERE).standing(NOW));
            assertEquals(Standing.OVERDUE, open(state, Duration.ofHours(1)).standing(NOW));
        }
    }

    @Test
    void shouldCallOverdueWhatIsOpenForMoreThanAMinuteLongerThanItMay() {
        Duration most = LIMIT.plusMinutes(1);
        assertEquals(
                Standing.IN_PROGRESS, open(TransactionState.ONGOING, most, HERE).standing(NOW));
        assertEquals(
                Standing.OVERDUE,
                open(TransactionState.ONGOING, most.plusMillis(1), HERE).standing(NOW));
    }

    @Test
    void shouldTakeForHangingOnlyWhatHungInTheLookBefore() {
        OpenTransaction hanging = open(TransactionState.COMPLETE_COMMIT, Duration.ZERO);
        assertEquals(Standing.HANGING, hanging.standingAfter(List.of(hanging), NOW));
        assertEquals(Standing.IN_PROGRESS, hanging.standingAfter(List.of(), NOW));
        OpenTransaction wasOngoing = open(TransactionState.ONGOING, Duration.ZERO, HERE);
        assertEquals(Standing.IN_PROGRESS, hanging.standingAfter(List.of(wasOngoing), NOW));
        Optional<Coordinated> over = hanging.coordinated();
        for (OpenTransaction other : List.of(
                new OpenTransaction(ELSEWHERE, producer(7, 3, 4711), over),
                new OpenTransaction(HERE, producer(8, 3, 4711), over),
                new OpenTransaction(HERE, producer(7, 4, 4711), over),
                new OpenTransaction(HERE, producer(7, 3, 4712), over))) {
            assertEquals(Standing.IN_PROGRESS, hanging.standingAfter(List.of(other), NOW), other.toString());
        }
    }

    @Test
    void shouldTellWhereItBeganWhoseItIsAndWhatItsCoordinatorSays() {
        OpenTransaction over = open(TransactionState.COMPLETE_COMMIT, Duration.ZERO);
        assertEquals("payment-decisions 1@4711", over.place());
        assertEquals(
                "producer 7, epoch 3, coordinator epoch 2, last record 2026-01-31T11:57:30.000Z (2m ago), transactional"
                        + " id hapax-stream-1: to its coordinator it is over, CompleteCommit",
                over.text(NOW));
        String unknown = new OpenTransaction(
                        HERE, new ProducerState(7, 3, 0, 0, OptionalInt.empty(), OptionalLong.of(1)), Optional.empty())
                .text(NOW);
        assertTrue(unknown.contains("coordinator epoch not known"), unknown);
        assertTrue(unknown.endsWith(": no coordinator knows this producer"), unknown);
        String ongoing =
                open(TransactionState.ONGOING, Duration.ofSeconds(9), HERE).text(NOW);
        assertTrue(
                ongoing.endsWith("its coordinator has one since 9s, of at most 15s, on 1 partitions, Ongoing"),
                ongoing);
    }

    @Test
    void shouldOrderTheEndOfWhatWasSeenAndOfNothingLater() {
        var end = open(TransactionState.COMPLETE_COMMIT, Duration.ZERO).end();
        assertEquals(HERE, end.topicPartition());
        assertEquals(7, end.producerId());
        assertEquals(3, end.producerEpoch());
        assertEquals(2, end.coordinatorEpoch());
    }

    private static OpenTransaction open(TransactionState state, Duration since, TopicPartition... on) {
        return open(Optional.of(new Coordinated(
                "hapax-stream-1",
                new TransactionDescription(
                        1,
                        state,
                        7,
                        4,
                        LIMIT.toMillis(),
                        OptionalLong.of(NOW.minus(since).toEpochMilli()),
                        Set.of(on)))));
    }

    private static OpenTransaction open(Optional<Coordinated> coordinated) {
        return new OpenTransaction(HERE, producer(7, 3, 4711), coordinated);
    }

    private static ProducerState producer(long id, int epoch, long startOffset) {
        return new ProducerState(
                id, epoch, 0, NOW.minusSeconds(150).toEpochMilli(), OptionalInt.of(2), OptionalLong.of(startOffset));
    }
}
