/**
 * The stream app: wiring, start, end and failure. The journey itself is in {@code topology}, the rule in
 * {@code decision}.
 */
@NullMarked
package io.hapax.stream;

import org.jspecify.annotations.NullMarked;
