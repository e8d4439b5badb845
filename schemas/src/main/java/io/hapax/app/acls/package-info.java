/** The rights (ACLs) that each app needs on the Kafka cluster, and the check at start that names the missing ones. */
@NullMarked
package io.hapax.app.acls;

import org.jspecify.annotations.NullMarked;
