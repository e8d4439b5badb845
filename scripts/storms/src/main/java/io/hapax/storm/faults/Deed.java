package io.hapax.storm.faults;

import io.hapax.storm.world.StormWorld;

/** The doing of a fault. It begins, it lasts, and its cause is taken away. */
@FunctionalInterface
interface Deed {
    /** Returns when the cause is taken away, with the names of those that were hit. */
    String happen(StormWorld world, Chance chance) throws Exception;
}
