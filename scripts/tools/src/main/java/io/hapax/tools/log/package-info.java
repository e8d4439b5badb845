/** The topics as tools read them: from start to end, committed records only. */
@NullMarked
package io.hapax.tools.log;

import org.jspecify.annotations.NullMarked;
