package io.hapax.lab.simulation;

import java.util.Collections;
import java.util.List;

/**
 * The state of a tiny world: all that its future depends on. Two runs that lead to the same state go on in the same
 * ways, and are judged alike.
 *
 * <p>Nothing is left out but what nobody asks for again:
 *
 * <ul>
 *   <li>records of a topic that every reader has behind it, also after a crash: readers go back to committed
 *       offsets, and the ledger further only while a loss is left;
 *   <li>what only a crash brings back, once no crash is left;
 *   <li>which process sent a command: it stands nowhere in it;
 *   <li>the text of an answer that was given: the witness asks whether it was given, and by what record;
 *   <li>commands that are answered and were never accepted, in the witness.
 * </ul>
 */
record TinyState(
        TinyClients clients,
        TinyPolicies policies,
        Spent spent,
        List<Integer> appendedAt,
        Topics.Content topics,
        List<SimulatedTask.Content> tasks,
        SimulatedLedger.Content ledger,
        Witness.Content witness) {

    /** The world in which nothing has happened under its key. */
    static TinyState first(TinyWorldSize size) {
        int partitions = size.partitions();
        return new TinyState(
                TinyClients.of(size.clients(), size.cancellers(), 1 + size.retries()),
                new TinyPolicies(List.of(), Collections.nCopies(partitions, 0)),
                new Spent(0, 0, 0),
                Collections.nCopies(partitions, 0),
                Topics.Content.empty(partitions),
                Collections.nCopies(partitions, SimulatedTask.Content.at(TinyWorld.START.toEpochMilli())),
                SimulatedLedger.Content.of(partitions, TinyWorld.BALANCES),
                Witness.Content.EMPTY);
    }

    /** The number of ticks, crashes and losses until now. */
    record Spent(int ticks, int crashes, int losses) {
        boolean mayCrash(TinyWorldSize size) {
            return crashes < size.crashes();
        }

        boolean mayLose(TinyWorldSize size) {
            return losses < size.losses();
        }
    }
}
