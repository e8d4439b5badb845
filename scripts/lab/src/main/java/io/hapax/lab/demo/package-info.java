/**
 * The demo: the whole journey on real parts, from commands on a topic to balances in PostgreSQL and back, and a
 * verification from topics and database alone. Start with {@link io.hapax.tools.demo.Demo}.
 */
@NullMarked
package io.hapax.lab.demo;

import org.jspecify.annotations.NullMarked;
