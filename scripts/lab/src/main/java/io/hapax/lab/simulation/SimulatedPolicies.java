package io.hapax.lab.simulation;

import io.hapax.insight.RetentionAdvisor;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule.Terms;
import io.hapax.stream.decision.TaskPolicies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The topic of policies, which change all the time. Each task's instance has read up to an offset of its own. */
final class SimulatedPolicies {
    static final Duration SHORTEST = Duration.ofMinutes(5);

    private static final List<Duration> CHOICES = List.of(
            SHORTEST, Duration.ofMinutes(7), Duration.ofMinutes(10), Duration.ofMinutes(14), Duration.ofMinutes(20));

    /** Half of the policies let nothing be looked up. */
    private static final List<Duration> RECALLS =
            List.of(Duration.ZERO, Duration.ZERO, Duration.ofMinutes(30), Duration.ofHours(5));

    private static final RetentionAdvisor ADVISOR =
            new RetentionAdvisor(SHORTEST, Duration.ofMinutes(20), RetentionAdvisor.DEFAULT_REFUSED);

    private static final List<PolicyScope> SCOPES = List.of(
            PolicyScope.ALL,
            PolicyScope.ofClient("acme"),
            PolicyScope.ofClient("acme"),
            PolicyScope.ofClient("globex"),
            PolicyScope.ofOperation("acme", SimulatedClients.OPERATION));

    private final List<Entry> topic = new ArrayList<>();

    /** @param terms null where the policy is taken back */
    private record Entry(PolicyScope scope, @Nullable Terms terms) {}

    /** Publishes another policy, or takes one back. */
    void change(Random random) {
        PolicyScope scope = SCOPES.get(random.nextInt(SCOPES.size()));
        int choice = random.nextInt(CHOICES.size() + 1);
        publish(scope, choice == CHOICES.size() ? null : new Terms(CHOICES.get(choice), recall(random)));
    }

    private static Duration recall(Random random) {
        return RECALLS.get(random.nextInt(RECALLS.size()));
    }

    private void publish(PolicyScope scope, @Nullable Terms terms) {
        topic.add(new Entry(scope, terms));
    }

    /** The adaptive retention hears of a command: longer at once if it came late, shorter now and then. */
    void adapt(String clientId, long latenessMs, Random random) {
        PolicyScope scope = PolicyScope.ofClient(clientId);
        Duration inForce = topic.stream()
                .filter(entry -> entry.scope.equals(scope))
                .reduce((earlier, later) -> later)
                .map(Entry::terms)
                .map(Terms::retention)
                .orElseGet(ADVISOR::longest);
        Duration grown = ADVISOR.grown(inForce, latenessMs);
        if (grown != null) {
            publish(scope, new Terms(grown, recall(random)));
        } else if (random.nextInt(40) == 0) {
            publish(scope, new Terms(ADVISOR.next(inForce, SHORTEST), recall(random)));
        }
    }

    /** The part of the topic that one instance has read. */
    final class View implements TaskPolicies.Published {
        private final Map<PolicyScope, Terms> read = new HashMap<>();
        private boolean none = true;
        private int position;

        void readOn(Random random) {
            readUntil(position + random.nextInt(topic.size() - position + 1));
        }

        /** The task goes on in another instance, which may know more or less. */
        void restart(Random random) {
            read.clear();
            none = true;
            position = 0;
            readOn(random);
        }

        private void readUntil(int end) {
            for (; position < end; position++) {
                Entry entry = topic.get(position);
                if (entry.terms == null) {
                    read.remove(entry.scope);
                } else {
                    read.put(entry.scope, entry.terms);
                    none = false;
                }
            }
        }

        @Override
        public boolean isNone() {
            return none;
        }

        @Override
        public @Nullable Terms termsOf(PolicyScope scope) {
            return read.get(scope);
        }
    }
}
