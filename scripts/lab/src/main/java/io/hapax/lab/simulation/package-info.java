/**
 * A seeded simulation of rule, records and ledger in one JVM: the program's own decisions under crashes, re-deliveries,
 * losses, wrong clocks and clients that do everything wrong, with the promise checked as it goes.
 *
 * <p>Real: command check, placement, decision and settlement rule, task, bucketed records, posting rule. Simulated:
 * topics, transactions, the tables under the records, the database, clients and time.
 */
@NullMarked
package io.hapax.lab.simulation;

import org.jspecify.annotations.NullMarked;
