package io.hapax.stream.decision;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The policies that one task follows. A retention that was published counts in a task from the stream time at which the task first
 * works for that client after it has heard of it, and the task remembers that it did, in the transaction in which it remembers
 * payments. So tasks may hear late, or in any order, and each still knows what it has promised.
 */
public final class TaskPolicies {
    /** What is published now; tasks hear of it at different times. */
    public interface Published {
        /** The retention of the client; null when nothing is published for it, nor for all. */
        @Nullable Duration retentionOf(String clientId);
    }

    /** What this task has adopted: part of its state, like the payments. */
    public interface Adopted {
        @Nullable DecisionPolicy get(String clientId);

        void put(String clientId, DecisionPolicy policy);
    }

    private final DecisionPolicy initial;
    private final Published published;
    private final Adopted adopted;

    /** @param initial the policy of clients for whom nothing was ever published */
    public TaskPolicies(DecisionPolicy initial, Published published, Adopted adopted) {
        this.initial = initial;
        this.published = published;
        this.adopted = adopted;
    }

    /** The policy under which the client's next command or outcome is dealt with; takes up what was published. */
    public DecisionPolicy of(String clientId, Instant streamTime) {
        DecisionPolicy known = adopted.get(clientId);
        DecisionPolicy followed = known == null ? initial : known;
        Duration wanted = published.retentionOf(clientId);
        DecisionPolicy now = followed.withRetention(wanted == null ? initial.retention() : wanted, streamTime);
        if (!now.retention().equals(followed.retention())) {
            adopted.put(clientId, now);
        }
        return now;
    }
}
