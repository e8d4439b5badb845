package io.hapax.lab.simulation;

import java.util.List;

/**
 * The size of a tiny world: how much of everything can happen in it.
 *
 * @param clients processes that send under the one key, each its own payment
 * @param retries commands that each of them may send after its first
 * @param ticks steps of time; the retention is two, the lease one
 * @param crashes crashes of a task or of the ledger
 * @param lostReads records that a transaction has read at most when its output is lost
 * @param losses messages that are lost, or delivered again
 * @param policies changes of the retention that may be published, in this order
 * @param partitions of every topic
 * @param cancellers processes besides that send cancels of the one key
 * @param wrongClock the clock of the broker is ahead whose partition the key does not belong to
 */
record TinyWorldSize(
        int clients,
        int retries,
        int ticks,
        int crashes,
        int lostReads,
        int losses,
        List<TinyPolicies.Choice> policies,
        int partitions,
        int cancellers,
        boolean wrongClock) {}
