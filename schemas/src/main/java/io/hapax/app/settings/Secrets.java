package io.hapax.app.settings;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/**
 * The filter that masks secrets before settings are logged. Of the settings that are passed on to a library, it shows
 * only those that are known to be harmless. A new version of the library, or a plugin, may have secrets under any
 * name.
 */
final class Secrets {
    static final String MASK = "(masked)";

    private static final Pattern SECRET_NAME =
            Pattern.compile("password|secret|token|jaas|credential|user\\.info|private|passphrase");

    /** {@code user:password@} in a URL. */
    private static final Pattern USER_INFO = Pattern.compile("//[^/@]*@");

    private static final Pattern SECRET_PARAMETER =
            Pattern.compile("(?i)([?&;][^=&;]*(?:password|secret|token|key)[^=&;]*=)[^&;]*");

    private static final List<String> CLIENT_PREFIXES =
            List.of("main.consumer.", "restore.consumer.", "global.consumer.", "consumer.", "producer.", "admin.");

    private static final List<ConfigDef> KAFKA =
            List.of(ConsumerConfig.configDef(), ProducerConfig.configDef(), AdminClientConfig.configDef());

    private static final Set<String> HARMLESS_OF_SERDE = Set.of("auto.register.schemas", "max.retries");

    private Secrets() {}

    /** The value, or as much of it as may be shown. */
    static String shown(String name, String value) {
        if (SECRET_NAME.matcher(name).find() || isUnknown(name)) {
            return value.isEmpty() ? "" : MASK;
        }
        String withoutUser = USER_INFO.matcher(value).replaceAll("//" + MASK + "@");
        return SECRET_PARAMETER.matcher(withoutUser).replaceAll("$1" + MASK);
    }

    private static boolean isUnknown(String name) {
        if (name.startsWith("kafka.")) {
            return !isHarmlessOfKafka(withoutClient(name.substring("kafka.".length())));
        }
        return name.startsWith("serde.") && !HARMLESS_OF_SERDE.contains(name.substring("serde.".length()));
    }

    private static boolean isHarmlessOfKafka(String name) {
        return KAFKA.stream()
                .map(definition -> definition.configKeys().get(name))
                .anyMatch(key -> key != null && key.type != ConfigDef.Type.PASSWORD);
    }

    private static String withoutClient(String name) {
        return CLIENT_PREFIXES.stream()
                .filter(name::startsWith)
                .findFirst()
                .map(prefix -> name.substring(prefix.length()))
                .orElse(name);
    }
}
