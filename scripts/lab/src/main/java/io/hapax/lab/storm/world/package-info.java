/**
 * The world of a storm: brokers, registry, database and several instances of each app, with what is seen of them from
 * outside. Start with {@link io.hapax.lab.storm.world.StormWorld}.
 */
@NullMarked
package io.hapax.lab.storm.world;

import org.jspecify.annotations.NullMarked;
