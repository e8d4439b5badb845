/**
 * The faults of a storm: what is done to the world, alone and together, and taken back. Start with
 * {@link io.hapax.lab.storm.faults.FaultKind}.
 */
@NullMarked
package io.hapax.lab.storm.faults;

import org.jspecify.annotations.NullMarked;
