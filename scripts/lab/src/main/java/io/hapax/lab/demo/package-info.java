/**
 * The demo: the whole journey on real parts, from commands on a topic to balances in PostgreSQL and back. A
 * verification uses topics and database alone. Start with {@link io.hapax.lab.demo.Demo}.
 */
@NullMarked
package io.hapax.lab.demo;

import org.jspecify.annotations.NullMarked;
