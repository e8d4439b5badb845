/**
 * The faults of a storm: what is done to the world, alone and together, and taken back. Start with
 * {@link io.hapax.storm.faults.FaultKind}.
 */
@NullMarked
package io.hapax.storm.faults;

import org.jspecify.annotations.NullMarked;
