package io.hapax.app.settings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The settings of Kafka's own that an operator may set below {@code kafka.}: those that the network, security, sizing
 * and observation need, and no others. Kafka has hundreds, and each version has new ones: a list of what must not be
 * set is never complete.
 */
public final class PassedToKafka {
    /** The names of Kafka settings that every client may get. */
    private static final Set<String> OF_ALL_CLIENTS = Set.of(
            "bootstrap.servers",
            "client.dns.lookup",
            "client.id",
            "client.rack",
            "config.providers",
            "connections.max.idle.ms",
            "default.api.timeout.ms",
            "enable.metrics.push",
            "metadata.max.age.ms",
            "metadata.recovery.rebootstrap.trigger.ms",
            "metadata.recovery.strategy",
            "metric.reporters",
            "metrics.num.samples",
            "metrics.recording.level",
            "metrics.sample.window.ms",
            "receive.buffer.bytes",
            "reconnect.backoff.max.ms",
            "reconnect.backoff.ms",
            "request.timeout.ms",
            "retry.backoff.max.ms",
            "retry.backoff.ms",
            "security.protocol",
            "security.providers",
            "send.buffer.bytes",
            "socket.connection.setup.timeout.max.ms",
            "socket.connection.setup.timeout.ms");

    /** Families of them. */
    private static final List<String> FAMILIES = List.of("sasl.", "ssl.", "config.providers.");

    private static final Set<String> OF_CONSUMERS = Set.of(
            "fetch.max.bytes",
            "fetch.max.wait.ms",
            "fetch.min.bytes",
            "group.instance.id",
            "heartbeat.interval.ms",
            "max.partition.fetch.bytes",
            "max.poll.interval.ms",
            "session.timeout.ms");

    private static final Set<String> OF_PRODUCERS = Set.of(
            "batch.size",
            "buffer.memory",
            "compression.gzip.level",
            "compression.lz4.level",
            "compression.type",
            "compression.zstd.level",
            "delivery.timeout.ms",
            "linger.ms",
            "max.block.ms",
            "metadata.max.idle.ms",
            "transaction.timeout.ms");

    /** Kafka's own default, in which the largest dead letter fits. */
    private static final Map<String, Long> AT_LEAST = Map.of("buffer.memory", 32L * 1024 * 1024);

    private final Map<String, Set<String>> byPrefix = new LinkedHashMap<>();
    private final List<String> families = new ArrayList<>(FAMILIES);
    private final Map<String, String> reasons = new TreeMap<>();

    private PassedToKafka() {}

    /** Of an app whose clients all get the same. */
    public static PassedToKafka toClients() {
        PassedToKafka passed = new PassedToKafka();
        passed.byPrefix.put("", union(OF_ALL_CLIENTS, OF_CONSUMERS, OF_PRODUCERS));
        return passed;
    }

    /** The same, and besides for the clients of one kind alone, below these prefixes. */
    public static PassedToKafka toClients(List<String> consumers, String producers, String admins) {
        PassedToKafka passed = toClients();
        consumers.forEach(prefix -> passed.byPrefix.put(prefix, union(OF_ALL_CLIENTS, OF_CONSUMERS)));
        passed.byPrefix.put(producers, union(OF_ALL_CLIENTS, OF_PRODUCERS));
        passed.byPrefix.put(admins, OF_ALL_CLIENTS);
        return passed;
    }

    /** More names below a prefix. */
    public PassedToKafka and(String prefix, Set<String> names) {
        byPrefix.merge(prefix, names, PassedToKafka::union);
        return this;
    }

    /** More names, all that begin so. */
    public PassedToKafka andFamily(String prefix) {
        families.add(prefix);
        return this;
    }

    /** Takes names off the list, or says why they are not on it. */
    public PassedToKafka not(Set<String> names, String reason) {
        names.forEach(name -> reasons.put(name, reason));
        return this;
    }

    /** One sentence for each setting that may not be passed on, and why; names are those below {@code kafka.}. */
    public List<String> refused(Map<String, String> kafka) {
        List<String> refused = new ArrayList<>();
        new TreeMap<>(kafka).forEach((name, value) -> {
            String prefix = prefixOf(name);
            String plain = name.substring(prefix.length());
            String reason = reasons.get(plain);
            if (reason != null) {
                refused.add("kafka." + name + " can't be set, " + reason);
            } else if (!isAllowed(prefix, plain) && !isFamily(name)) {
                refused.add("kafka." + name + " can't be set, the guarantee is not known to hold with it:"
                        + " docs/operating.md lists what may be passed on to Kafka");
            } else if (isTooLittle(plain, value)) {
                refused.add("kafka." + name + " is " + value + ", must be at least " + AT_LEAST.get(plain)
                        + ": the largest dead letter must fit");
            }
        });
        return refused;
    }

    /** All names that may be set below each prefix, for the documentation. */
    public Map<String, Set<String>> names() {
        Map<String, Set<String>> names = new LinkedHashMap<>();
        byPrefix.forEach((prefix, all) -> {
            Set<String> left = new TreeSet<>(all);
            left.removeAll(reasons.keySet());
            names.put(prefix, left);
        });
        return names;
    }

    private boolean isAllowed(String prefix, String plain) {
        return byPrefix.getOrDefault(prefix, Set.of()).contains(plain)
                || FAMILIES.stream().anyMatch(plain::startsWith);
    }

    private boolean isFamily(String name) {
        return families.stream().anyMatch(name::startsWith);
    }

    /** The longest that the name begins with. */
    private String prefixOf(String name) {
        return byPrefix.keySet().stream()
                .filter(name::startsWith)
                .max(Comparator.comparingInt(String::length))
                .orElse("");
    }

    /** True for a number that is below the least that is allowed. A text that is no number passes: Kafka refuses it. */
    private static boolean isTooLittle(String name, String value) {
        Long least = AT_LEAST.get(name);
        return least != null && value.matches("\\d{1,18}") && Long.parseLong(value) < least;
    }

    @SafeVarargs
    private static Set<String> union(Set<String>... sets) {
        Set<String> all = new HashSet<>();
        for (Set<String> set : sets) {
            all.addAll(set);
        }
        return all;
    }
}
