package io.hapax.storm.check;

import io.hapax.storm.check.KeyCall.Effect;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A search for an order of the calls on one key in which each makes sense, and which no client's watch contradicts.
 *
 * <p>The search is Wing and Gong's, with a memory of what was tried, as in Lowe's and in Porcupine. Two things keep it
 * small. A call that leaves the key as it is, is put into the order as soon as it fits: later it would fit no better.
 * Once a key is forgotten, every call leaves it so. And a key goes through its few phases once.
 */
final class LinearSearch {
    private final List<KeyCall> calls;
    private final long forgottenNs;
    private final Set<Node> tried = new HashSet<>();

    /** @param forgottenNs from when on the key's answer may be forgotten; {@link Operation#NEVER} for never */
    LinearSearch(List<KeyCall> calls, long forgottenNs) {
        this.calls = calls.stream()
                .sorted(Comparator.comparingLong(KeyCall::fromNs).thenComparingLong(KeyCall::op))
                .toList();
        this.forgottenNs = forgottenNs;
    }

    private record Node(BitSet placed, KeyState state) {}

    /** The first call that no order has room for, of the order that gets farthest; null if there is an order of all. */
    @Nullable KeyCall misfit() {
        Deque<Node> open = new ArrayDeque<>();
        open.push(new Node(new BitSet(), KeyState.FREE));
        int farthest = -1;
        KeyCall misfit = null;
        while (!open.isEmpty()) {
            Node node = seen(open.pop());
            if (tried.add(node)) {
                KeyCall left = firstLeft(node);
                if (left == null) {
                    return null;
                }
                if (node.placed().cardinality() > farthest) {
                    farthest = node.placed().cardinality();
                    misfit = left;
                }
                branches(node, open);
            }
        }
        return misfit;
    }

    /** The node after all calls that fit and leave the phase as it is. */
    private Node seen(Node node) {
        BitSet placed = (BitSet) node.placed().clone();
        KeyState state = node.state();
        boolean moved = true;
        while (moved) {
            moved = false;
            long limitNs = limitNs(placed);
            for (int i = placed.nextClearBit(0);
                    i < calls.size() && calls.get(i).fromNs() <= limitNs;
                    i = placed.nextClearBit(i + 1)) {
                KeyState after = fits(state, calls.get(i)) ? state.after(calls.get(i)) : null;
                if (after != null) {
                    placed.set(i);
                    state = after;
                    moved = true;
                }
            }
        }
        return new Node(placed, state);
    }

    private static boolean pays(KeyCall call) {
        return call.effect() == Effect.PAYS || call.effect() == Effect.MAY_PAY;
    }

    private boolean fits(KeyState state, KeyCall call) {
        return (!pays(call) || state.phase() == KeyState.Phase.FORGOTTEN)
                && isInTime(state, call)
                && (call.effect() != Effect.SEES_PENDING || isAskedFor(call));
    }

    /** A key is forgotten at its time and not before. */
    private boolean isInTime(KeyState state, KeyCall call) {
        return state.phase() != KeyState.Phase.FORGOTTEN || call.toNs() >= forgottenNs;
    }

    /** Of a key that is forgotten and accepted anew, a pending payment must be one that somebody had asked for. */
    private boolean isAskedFor(KeyCall seen) {
        return calls.stream()
                .anyMatch(call -> call.fromNs() <= seen.toNs()
                        && call.effect() != Effect.SEES_PENDING
                        && call.effect() != Effect.SEES_SETTLED
                        && call.payload() != null
                        && (seen.payload() == null || seen.payload().equals(call.payload())));
    }

    private void branches(Node node, Deque<Node> open) {
        long limitNs = limitNs(node.placed());
        Set<KeyState> reached = new HashSet<>();
        for (int i = node.placed().nextClearBit(0);
                i < calls.size() && calls.get(i).fromNs() <= limitNs;
                i = node.placed().nextClearBit(i + 1)) {
            KeyCall call = calls.get(i);
            KeyState after =
                    pays(call) && isInTime(node.state(), call) ? node.state().after(call) : null;
            // Of payers that need not be in the order, one is as good as another.
            if (after != null && (call.isRequired() || reached.add(after))) {
                BitSet placed = (BitSet) node.placed().clone();
                placed.set(i);
                open.push(new Node(placed, after));
            }
        }
        KeyState next = node.state().next(forgottenNs != Operation.NEVER);
        if (next != null) {
            open.push(new Node(node.placed(), next));
        }
    }

    /** No call may come behind one that was answered before it was asked. */
    private long limitNs(BitSet placed) {
        long limitNs = Operation.NEVER;
        for (int i = placed.nextClearBit(0); i < calls.size(); i = placed.nextClearBit(i + 1)) {
            if (calls.get(i).isRequired()) {
                limitNs = Math.min(limitNs, calls.get(i).toNs());
            }
        }
        return limitNs;
    }

    private @Nullable KeyCall firstLeft(Node node) {
        KeyCall first = null;
        for (int i = node.placed().nextClearBit(0);
                i < calls.size();
                i = node.placed().nextClearBit(i + 1)) {
            KeyCall call = calls.get(i);
            if (call.isRequired() && (first == null || call.toNs() < first.toNs())) {
                first = call;
            }
        }
        return first;
    }
}
