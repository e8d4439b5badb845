package io.hapax.lab.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The search of all states of a tiny world: breadth first, on all cores, each state once. So the steps to a broken
 * promise are as few as can be.
 *
 * <p>States are compared whole, not by a hash of theirs. They share their parts, of which there are few.
 */
public final class Exploration {
    private final TinyWorldSize size;
    private final PlantedBug bug;

    /** Every part of every state, once. */
    private final Map<Object, Part> parts = new ConcurrentHashMap<>();

    /** Every state that was reached, with the one from which it was reached first. */
    private final Map<Compact, Compact> reached = new ConcurrentHashMap<>();

    private final LongAdder transitions = new LongAdder();
    private final Map<AnswerKind, LongAdder> answers = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Broken> broken = new AtomicReference<>();

    /** A part of a state. There is one object for each content, so that it is compared by identity. */
    private record Part(Object content) {
        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** A state that takes little memory and is compared fast. */
    private record Compact(
            Part clients,
            Part policies,
            Part spent,
            Part appendedAt,
            Part topics,
            Part tasks,
            Part ledger,
            Part witness) {
        @SuppressWarnings("unchecked")
        TinyState state() {
            return new TinyState(
                    (TinyClients) clients.content,
                    (TinyPolicies) policies.content,
                    (TinyState.Spent) spent.content,
                    (List<Integer>) appendedAt.content,
                    (Topics.Content) topics.content,
                    (List<SimulatedTask.Content>) tasks.content,
                    (SimulatedLedger.Content) ledger.content,
                    (Witness.Content) witness.content);
        }
    }

    /** @param last the step that broke the promise, null if it is broken when the world comes to rest */
    private record Broken(Compact before, @Nullable TinyAction last, BrokenPromiseException promise) {}

    /**
     * The result of a search.
     *
     * @param depth number of steps of the longest run that never comes by a state that it could have reached faster
     * @param answers number of transitions by the kind of answer that was given
     * @param violation the broken promise with the steps to it; empty if all were kept in every state
     */
    public record Result(
            long states, long transitions, int depth, Map<String, Long> answers, Optional<Violation> violation) {}

    /** @param steps that lead to it, from the first state on */
    public record Violation(String promise, String what, List<String> steps) {}

    private Exploration(TinyWorldSize size, PlantedBug bug) {
        this.size = size;
        this.bug = bug;
    }

    /** Looks at every state of a world, or at all until one breaks a promise. */
    static Result of(TinyWorldSize size, PlantedBug bug) {
        return new Exploration(size, bug).search();
    }

    private Result search() {
        Compact first = compact(TinyState.first(size));
        reached.put(first, first);
        List<Compact> frontier = List.of(first);
        int depth = 0;
        while (!frontier.isEmpty() && broken.get() == null) {
            List<Compact> next =
                    frontier.parallelStream().flatMap(this::newStatesAfter).toList();
            frontier = next;
            depth += next.isEmpty() ? 0 : 1;
        }
        Map<String, Long> counts = new TreeMap<>();
        answers.forEach((kind, count) -> counts.put(kind.toString(), count.sum()));
        Broken found = broken.get();
        return new Result(
                reached.size(),
                transitions.sum(),
                depth,
                counts,
                found == null ? Optional.empty() : Optional.of(violation(found)));
    }

    private Stream<Compact> newStatesAfter(Compact from) {
        List<Compact> found = new ArrayList<>();
        int taken = 0;
        TinyState state = from.state();
        TinyWorld here = new TinyWorld(state, size, bug);
        List<TinyAction> actions = here.actions();
        if (here.isQuiet()) {
            try {
                here.comeToRest();
            } catch (BrokenPromiseException e) {
                broken.compareAndSet(null, new Broken(from, null, e));
            }
        }
        for (TinyAction action : actions) {
            TinyWorld world = new TinyWorld(state, size, bug);
            try {
                if (!world.take(action)) {
                    continue;
                }
            } catch (BrokenPromiseException e) {
                broken.compareAndSet(null, new Broken(from, action, e));
                break;
            }
            taken++;
            world.answers()
                    .forEach((kind, count) ->
                            answers.computeIfAbsent(kind, k -> new LongAdder()).add(count));
            Compact next = compact(world.state());
            if (reached.putIfAbsent(next, from) == null) {
                found.add(next);
            }
        }
        transitions.add(taken);
        return found.stream();
    }

    private Violation violation(Broken found) {
        Deque<String> steps = new ArrayDeque<>();
        steps.addFirst(found.last == null ? "all comes to rest" : found.last.toString());
        Compact at = found.before;
        for (Compact from = before(at); !from.equals(at); from = before(at)) {
            steps.addFirst(step(from, at).toString());
            at = from;
        }
        return new Violation(found.promise.promise(), String.valueOf(found.promise.getMessage()), List.copyOf(steps));
    }

    private Compact before(Compact state) {
        return Objects.requireNonNull(reached.get(state));
    }

    private TinyAction step(Compact from, Compact to) {
        TinyState state = from.state();
        return new TinyWorld(state, size, bug)
                .actions().stream()
                        .filter(action -> leadsTo(to, state, action))
                        .findFirst()
                        .orElseThrow();
    }

    private boolean leadsTo(Compact to, TinyState from, TinyAction action) {
        TinyWorld world = new TinyWorld(from, size, bug);
        try {
            return world.take(action) && compact(world.state()).equals(to);
        } catch (BrokenPromiseException e) {
            return false;
        }
    }

    private Compact compact(TinyState state) {
        return new Compact(
                part(state.clients()),
                part(state.policies()),
                part(state.spent()),
                part(state.appendedAt()),
                part(state.topics()),
                part(state.tasks()),
                part(state.ledger()),
                part(state.witness()));
    }

    private Part part(Object content) {
        Part known = parts.get(content);
        return known != null ? known : parts.computeIfAbsent(content, Part::new);
    }
}
