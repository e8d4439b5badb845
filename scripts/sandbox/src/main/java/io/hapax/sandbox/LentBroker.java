package io.hapax.sandbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.GroupType;

/**
 * A broker without topics, groups and open transactions. The tests of this JVM use it one after another, since its
 * start takes longer than most of them need it. Who stops, kills or configures a broker starts a sandbox of their own.
 */
public final class LentBroker implements AutoCloseable {
    /** What still holds something then is thrown away: the next one gets a new broker. */
    private static final Duration EMPTY_WITHIN = Duration.ofSeconds(10);

    private static final String ANSWER_MS = "5000";

    private static final Duration POLL = Duration.ofMillis(50);

    private static final Set<TransactionState> ENDED =
            EnumSet.of(TransactionState.EMPTY, TransactionState.COMPLETE_ABORT, TransactionState.COMPLETE_COMMIT);

    private static final List<LentBroker> IDLE = new ArrayList<>();

    private final Sandbox sandbox;
    private final Thread endsWithTheJvm = new Thread(this::end, "end-lent-broker");

    private LentBroker(Path folder) {
        this.sandbox = Sandbox.start(folder, Part.KAFKA);
        Runtime.getRuntime().addShutdownHook(endsWithTheJvm);
    }

    /** Lends the broker that is idle, or a new one, until it is {@linkplain #close given back}. */
    public static LentBroker lend() {
        synchronized (IDLE) {
            if (!IDLE.isEmpty()) {
                return IDLE.removeLast();
            }
        }
        return new LentBroker(SharedSandbox.newFolder());
    }

    public String bootstrapServers() {
        return sandbox.bootstrapServers();
    }

    /** The file that the broker writes its log to, since its start. */
    public Path log() {
        return sandbox.log(Part.KAFKA);
    }

    /** Takes it back, emptied. All who used it must have gone, or been killed. */
    @Override
    public void close() {
        if (isEmptied()) {
            synchronized (IDLE) {
                IDLE.add(this);
            }
        } else {
            Runtime.getRuntime().removeShutdownHook(endsWithTheJvm);
            end();
        }
    }

    private boolean isEmptied() {
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.servers", bootstrapServers(),
                "request.timeout.ms", ANSWER_MS,
                "default.api.timeout.ms", ANSWER_MS))) {
            return !hasStreamsGroup(admin) && Wait.until(() -> isEmpty(admin), EMPTY_WITHIN, POLL);
        } catch (ExecutionException unknown) {
            return false;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Of a group of the protocol "streams" nobody can remove members. They stay for 45 s, and Kafka waits for them. */
    private static boolean hasStreamsGroup(Admin admin) throws ExecutionException, InterruptedException {
        return admin.listGroups().all().get().stream()
                .anyMatch(group -> group.type().equals(Optional.of(GroupType.STREAMS)));
    }

    /** Empties it, as far as this can be done at once. Returns true when there was nothing to do. */
    private static boolean isEmpty(Admin admin) {
        try {
            // What open transactions write to stays until they have ended.
            return hasEndedTransactions(admin) && hasNothingLeft(admin);
        } catch (ExecutionException notYet) {
            return false;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static SandboxException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new SandboxException("interrupted while a broker was emptied", e);
    }

    private static boolean hasEndedTransactions(Admin admin) throws ExecutionException, InterruptedException {
        Collection<TransactionListing> transactions =
                admin.listTransactions().all().get();
        admin.fenceProducers(ids(transactions, state -> state == TransactionState.ONGOING))
                .all()
                .get();
        return ids(transactions, state -> !ENDED.contains(state)).isEmpty();
    }

    private static List<String> ids(Collection<TransactionListing> transactions, Predicate<TransactionState> which) {
        return transactions.stream()
                .filter(transaction -> which.test(transaction.state()))
                .map(TransactionListing::transactionalId)
                .toList();
    }

    private static boolean hasNothingLeft(Admin admin) throws ExecutionException, InterruptedException {
        Collection<GroupListing> groups = admin.listGroups().all().get();
        Set<String> topics = admin.listTopics().names().get();
        for (GroupListing group : groups) {
            delete(admin, group.groupId());
        }
        admin.deleteTopics(topics).all().get();
        return groups.isEmpty() && topics.isEmpty();
    }

    /** A killed member stays in its group until its session ends, unless it is removed. */
    private static void delete(Admin admin, String group) throws ExecutionException, InterruptedException {
        admin.removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
                .all()
                .get();
        admin.deleteConsumerGroups(List.of(group)).all().get();
    }

    private void end() {
        sandbox.discard();
    }
}
