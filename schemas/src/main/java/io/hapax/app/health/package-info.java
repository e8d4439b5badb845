/** Health checks, metrics, the admin server that serves both, and the shutdown of a process. Both apps use them. */
@NullMarked
package io.hapax.app.health;

import org.jspecify.annotations.NullMarked;
