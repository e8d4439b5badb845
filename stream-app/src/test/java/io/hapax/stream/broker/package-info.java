/** The stream app on a real broker: several instances, foreign partitioners, kills. The ledger is a fake of ours. */
package io.hapax.stream.broker;
