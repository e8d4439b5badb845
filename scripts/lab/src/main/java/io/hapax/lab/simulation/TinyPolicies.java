package io.hapax.lab.simulation;

import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule.Terms;
import io.hapax.stream.decision.TaskPolicies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The topic of policies in a tiny world, and how far each task's instance has read it.
 *
 * @param heard number of policies that each instance has read, by task
 */
record TinyPolicies(List<Choice> published, List<Integer> heard) {

    /** The policies that can be published, all for the one client. */
    enum Choice {
        SHORTER(1, 0),
        LONGER(4, 0),
        SHORTER_WITH_RECALL(1, 8),
        TAKEN_BACK(0, 0);

        private final int retentionTicks;
        private final int recallTicks;

        Choice(int retentionTicks, int recallTicks) {
            this.retentionTicks = retentionTicks;
            this.recallTicks = recallTicks;
        }

        private @Nullable Terms terms() {
            return retentionTicks == 0 ? null : new Terms(ticks(retentionTicks), ticks(recallTicks));
        }

        private static Duration ticks(int number) {
            return TinyWorld.TICK.multipliedBy(number);
        }
    }

    TinyPolicies with(Choice choice) {
        List<Choice> more = new ArrayList<>(published);
        more.add(choice);
        return new TinyPolicies(List.copyOf(more), heard);
    }

    TinyPolicies withHeard(int task, int policies) {
        List<Integer> changed = new ArrayList<>(heard);
        changed.set(task, policies);
        return new TinyPolicies(published, List.copyOf(changed));
    }

    /** The part of the topic that an instance has read. */
    TaskPolicies.Published viewOf(int task) {
        List<Choice> read = published.subList(0, heard.get(task));
        return new TaskPolicies.Published() {
            @Override
            public boolean isNone() {
                return read.isEmpty();
            }

            @Override
            public @Nullable Terms termsOf(PolicyScope scope) {
                return read.isEmpty() || !scope.equals(PolicyScope.ofClient(TinyClients.KEY.clientId()))
                        ? null
                        : read.getLast().terms();
            }
        };
    }
}
