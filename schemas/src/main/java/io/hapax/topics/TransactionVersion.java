package io.hapax.topics;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** The version of transactions on a cluster, which is its feature {@code transaction.version}. */
public final class TransactionVersion {
    private static final String FEATURE = "transaction.version";

    /**
     * The lowest that is safe (KIP-890). From this version on, each transaction has an epoch of its own. Before it, a
     * late request of an ended transaction could become part of the next one, or of none and block all readers.
     */
    private static final int NEEDED = 2;

    private TransactionVersion() {}

    /** A problem if the cluster has an older version; throws what Kafka throws if it does not answer. */
    public static Optional<ClusterProblem> problem(Admin admin) {
        int found = found(admin);
        return found < NEEDED ? Optional.of(ClusterProblem.feature(FEATURE, found, NEEDED)) : Optional.empty();
    }

    /** Throws {@link UnsoundClusterException} if the cluster has an older version. */
    public static void require(Admin admin) {
        problem(admin).ifPresent(problem -> {
            throw new UnsoundClusterException(List.of(problem));
        });
    }

    /** 0 where the cluster does not have the feature. */
    private static int found(Admin admin) {
        try {
            FinalizedVersionRange levels = admin.describeFeatures()
                    .featureMetadata()
                    .get()
                    .finalizedFeatures()
                    .get(FEATURE);
            return levels == null ? 0 : levels.maxVersionLevel();
        } catch (ExecutionException e) {
            throw new KafkaException("could not ask for the features of the cluster", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }
}
