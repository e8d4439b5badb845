/**
 * The world of a storm: brokers, registry, database and several instances of each app, with what is seen of them from
 * outside. Start with {@link io.hapax.storm.world.StormWorld}.
 */
@NullMarked
package io.hapax.storm.world;

import org.jspecify.annotations.NullMarked;
