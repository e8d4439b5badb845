/**
 * The gateway without a broker: what it reads of a request and what it answers. On a real broker it is tested in
 * {@code broker}.
 */
package io.hapax.stream.gateway;
