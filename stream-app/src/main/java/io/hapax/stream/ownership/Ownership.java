package io.hapax.stream.ownership;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.ThreadMetadata;

/**
 * The proof that this instance still owned a task when it read the task's stores: that nobody else could have changed
 * the payment by then.
 *
 * <p>An instance that stood still for longer than its session (a stopped process, a paused machine) is taken for dead.
 * Another one gets its tasks. When the first wakes up, its stores are open and old, until its consumers hear of it.
 *
 * <p>The proof, in this order:
 *
 * <ol>
 *   <li>The stores are read. Kafka Streams allows that only for tasks that run here.
 *   <li>The coordinator of the group is asked, after that, for the members of the group. All members that this
 *       instance is must be among them. No other instance gets a task from a member that is still there and has not
 *       given the task back.
 *   <li>No store was closed here since before the read. A member gives a task back, or joins again after it was
 *       removed, only when the task's stores are closed. So those members are still the ones that owned the task.
 * </ol>
 *
 * <p>The coordinator is believed. A broker that was replaced as coordinator while it stood still, too, may answer from
 * its memory for the moment until it hears of that.
 */
public final class Ownership {
    /** After so long the coordinator is asked again, for those who have come meanwhile. */
    private static final Duration ASKED_WITHIN = Duration.ofSeconds(1);

    /** For those who wait until one question is answered, and then for the next. An instance that asks waits longer. */
    private static final Duration WITHIN = ASKED_WITHIN.multipliedBy(2);

    private final LongSupplier closings;
    private final Supplier<Set<String>> here;
    private final SharedQuestion<Set<String>> members;
    private final Duration within;

    /**
     * @param closings how many stores were closed by this instance so far
     * @param here the members of the group that this instance is
     * @param coordinator asked for all members of the group, at a time after the call
     * @param within the longest time for a proof
     */
    Ownership(
            LongSupplier closings,
            Supplier<Set<String>> here,
            Supplier<? extends CompletionStage<Set<String>>> coordinator,
            Duration within) {
        this.closings = closings;
        this.here = here;
        this.members = new SharedQuestion<>(coordinator);
        this.within = within;
    }

    /** That of an instance in a group of the protocol {@code classic}. */
    public static Ownership inClassicGroup(String group, Admin admin, GroupMembers members, LongSupplier closings) {
        return new Ownership(closings, members::ids, asked(group, admin)::memberIds, WITHIN);
    }

    /**
     * That of an instance in a group of the protocol {@code streams}.
     *
     * @param streams the instance, whose client id no other process has
     */
    public static Ownership inStreamsGroup(String group, Admin admin, KafkaStreams streams, LongSupplier closings) {
        return new Ownership(closings, () -> clientIds(streams), asked(group, admin)::clientIds, WITHIN);
    }

    private static AskedGroup asked(String group, Admin admin) {
        return new AskedGroup(admin, group, (int) ASKED_WITHIN.toMillis());
    }

    private static Set<String> clientIds(KafkaStreams streams) {
        return streams.metadataForLocalThreads().stream()
                .map(ThreadMetadata::consumerClientId)
                .collect(Collectors.toSet());
    }

    /**
     * What was read, if it needs no proof or there is one; empty if there is none in time.
     *
     * @param read of the stores of a task; fails when the task does not run here
     * @param isFinal tells what can't have changed since, whoever owns the task
     */
    public <T> Optional<T> proven(Supplier<T> read, Predicate<T> isFinal) {
        long before = closings.getAsLong();
        T found = read.get();
        if (isFinal.test(found)) {
            return Optional.of(found);
        }
        // After the read: a thread that has got the task in between is among them, and one that has lost it has
        // closed a store.
        Set<String> asked = here.get();
        if (asked.isEmpty() || !membersNow().containsAll(asked)) {
            return Optional.empty();
        }
        // Fails if the task no longer runs here: a thread that is about to end closes its stores late.
        T again = read.get();
        if (isFinal.test(again)) {
            return Optional.of(again);
        }
        return closings.getAsLong() == before ? Optional.of(found) : Optional.empty();
    }

    /** None if the coordinator does not say. */
    private Set<String> membersNow() {
        try {
            return members.ask().get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return Set.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Set.of();
        }
    }
}
