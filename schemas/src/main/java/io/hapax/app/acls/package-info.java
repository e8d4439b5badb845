/** What each app must be allowed to do on the Kafka cluster, and how it says what it is not. */
@NullMarked
package io.hapax.app.acls;

import org.jspecify.annotations.NullMarked;
