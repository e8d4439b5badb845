/**
 * The load of a storm: seeded operations of clients, by topic and by HTTP on all instances, and what the clients
 * remember of them. Start with {@link io.hapax.storm.load.Load}.
 */
@NullMarked
package io.hapax.storm.load;

import org.jspecify.annotations.NullMarked;
