/** {@code hapax console}: the operators' page, with its logins and all that it shows. */
@NullMarked
package io.hapax.tools.console;

import org.jspecify.annotations.NullMarked;
