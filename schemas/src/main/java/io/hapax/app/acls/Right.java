package io.hapax.app.acls;

import java.util.Locale;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * One thing that an app must be allowed to do: an ACL, but for whom.
 *
 * @param pattern {@link PatternType#LITERAL}, or {@link PatternType#PREFIXED} for all names that begin with the name
 */
public record Right(AclOperation operation, ResourceType resource, PatternType pattern, String name) {
    static Right onTopic(AclOperation operation, String name) {
        return new Right(operation, ResourceType.TOPIC, PatternType.LITERAL, name);
    }

    /** The ACL that gives it. */
    public AclBinding to(String principal) {
        return new AclBinding(
                new ResourcePattern(resource, name, pattern),
                new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW));
    }

    /** The command that gives it. */
    public String grant() {
        String option = switch (resource) {
            case TRANSACTIONAL_ID -> "--transactional-id";
            case GROUP -> "--group";
            default -> "--topic";
        };
        return "kafka-acls.sh --bootstrap-server BROKER --add --allow-principal User:NAME --operation " + operation
                + " " + option + " " + name + (isPrefix() ? " --resource-pattern-type prefixed" : "");
    }

    boolean isPrefix() {
        return pattern == PatternType.PREFIXED;
    }

    boolean covers(ResourceType type, String resourceName) {
        return resource == type && (isPrefix() ? resourceName.startsWith(name) : resourceName.equals(name));
    }

    /** Such as {@code READ on topic payment-commands}. */
    @Override
    public String toString() {
        String kind = resource.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return operation + " on " + (isPrefix() ? kind + "s that begin with " : kind + " ") + name;
    }
}
