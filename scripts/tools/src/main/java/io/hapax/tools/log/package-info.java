/** Topics as tools read them: whole, committed, from start to end. */
@NullMarked
package io.hapax.tools.log;

import org.jspecify.annotations.NullMarked;
