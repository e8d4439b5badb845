/** Schedules of threads, which Fray chooses, so that a race shows itself each time. See CONTRIBUTING.md. */
@NullMarked
package io.hapax.stream.schedules;

import org.jspecify.annotations.NullMarked;
