/**
 * A seeded simulation of rule, records and ledger in one JVM. The program's own decisions meet crashes, repeated
 * deliveries, losses, wrong clocks and clients that make every mistake. The promise is checked after each step.
 *
 * <p>Real: command check, placement, decision and settlement rule, task, bucketed records, posting rule. Simulated:
 * topics, transactions, the tables under the records, the database, clients and time.
 */
@NullMarked
package io.hapax.lab.simulation;

import org.jspecify.annotations.NullMarked;
