/**
 * Payments over HTTP: checks a request, sends its command to Kafka, waits for the decision on just that command and
 * answers it.
 *
 * <p>The gateway decides nothing about a payment. It produces commands like any other client and reads what is
 * answered.
 */
@NullMarked
package io.hapax.stream.gateway;

import org.jspecify.annotations.NullMarked;
