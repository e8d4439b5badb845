/**
 * The storm: the service on real parts under load and faults, and what became of every payment. The packages below are
 * the world, the load, the faults, the history of a run, and its check, which knows nothing of the others but the
 * history. Start with {@link io.hapax.storm.Storm}.
 */
@NullMarked
package io.hapax.storm;

import org.jspecify.annotations.NullMarked;
