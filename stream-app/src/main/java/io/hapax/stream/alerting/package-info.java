/**
 * The insight app: reads what was decided, lets {@code io.hapax.insight} judge it, and publishes alerts. A process of
 * its own, so that nothing it does can hold up or change a payment.
 */
@NullMarked
package io.hapax.stream.alerting;

import org.jspecify.annotations.NullMarked;
