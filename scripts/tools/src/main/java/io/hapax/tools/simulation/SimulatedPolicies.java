package io.hapax.tools.simulation;

import io.hapax.stream.decision.TaskPolicies;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The topic of policies, on which somebody changes his mind all the time; each task has read as far as it has. */
final class SimulatedPolicies {
    /** The longest that anybody may publish; records are kept at least this long. */
    static final Duration LONGEST = Duration.ofMinutes(20);

    static final Duration SHORTEST = Duration.ofMinutes(5);

    private static final List<Duration> CHOICES =
            List.of(SHORTEST, Duration.ofMinutes(7), Duration.ofMinutes(10), Duration.ofMinutes(14), LONGEST);

    private final List<Entry> topic = new java.util.ArrayList<>();

    /** @param retention null where the policy is taken back */
    private record Entry(String clientId, @Nullable Duration retention) {}

    /** Somebody, or the adaptive retention, publishes another one. */
    void change(Random random) {
        String clientId = SimulatedClients.CLIENTS.get(random.nextInt(SimulatedClients.CLIENTS.size()));
        int choice = random.nextInt(CHOICES.size() + 1);
        topic.add(new Entry(clientId, choice == CHOICES.size() ? null : CHOICES.get(choice)));
    }

    /** What one instance has read of the topic. */
    final class View implements TaskPolicies.Published {
        private final Map<String, Duration> read = new HashMap<>();
        private int position;

        /** Reads on, or starts from the beginning after a restart. */
        void readOn(Random random) {
            int upTo = position + random.nextInt(topic.size() - position + 1);
            for (; position < upTo; position++) {
                Entry entry = topic.get(position);
                if (entry.retention == null) {
                    read.remove(entry.clientId);
                } else {
                    read.put(entry.clientId, entry.retention);
                }
            }
        }

        /** A restarted instance reads all of the topic before it works. */
        void restart() {
            read.clear();
            position = 0;
            while (position < topic.size()) {
                Entry entry = topic.get(position++);
                if (entry.retention == null) {
                    read.remove(entry.clientId);
                } else {
                    read.put(entry.clientId, entry.retention);
                }
            }
        }

        @Override
        public @Nullable Duration retentionOf(String clientId) {
            return read.get(clientId);
        }
    }
}
