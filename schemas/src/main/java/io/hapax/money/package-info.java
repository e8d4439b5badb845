/**
 * Currencies: which there are, and in how many decimals their money is counted. Plain Java, without the JDK's own
 * list.
 */
@NullMarked
package io.hapax.money;

import org.jspecify.annotations.NullMarked;
