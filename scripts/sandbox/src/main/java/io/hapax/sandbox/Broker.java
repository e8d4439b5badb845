package io.hapax.sandbox;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.common.Uuid;

/** A Kafka broker and KRaft controller in one, with its log in the folder. */
final class Broker implements Server {
    private static final String BROKER_PORT = "kafka.broker";
    private static final String CONTROLLER_PORT = "kafka.controller";
    private static final String SECURED_PORT = "kafka.secured";
    private static final int ANSWER_MS = 5_000;

    private final Path folder;
    private final Remembered remembered;
    private final String heap;
    private final Map<String, String> options;
    private final Optional<String> securedProtocol;

    Broker(
            Path folder,
            Remembered remembered,
            String heap,
            Map<String, String> options,
            Optional<String> securedProtocol) {
        this.folder = folder;
        this.remembered = remembered;
        this.heap = heap;
        this.options = options;
        this.securedProtocol = securedProtocol;
    }

    String bootstrapServers() {
        return "127.0.0.1:" + remembered.port(BROKER_PORT);
    }

    String securedBootstrapServers() {
        return "127.0.0.1:" + remembered.port(SECURED_PORT);
    }

    @Override
    public Part part() {
        return Part.KAFKA;
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public void prepare() throws IOException {
        Properties properties = new Properties();
        properties.putAll(settings());
        try (OutputStream out = Files.newOutputStream(settingsFile())) {
            properties.store(out, null);
        }
    }

    @Override
    public List<String> command() {
        return List.of(
                Java.program(),
                marker(),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSS",
                // Kafka prints every setting of every component at INFO.
                "-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.config.AbstractConfig=warn",
                "-cp",
                BuildFacts.brokerClassPath(),
                BrokerMain.class.getName(),
                settingsFile().toString(),
                clusterId());
    }

    @Override
    public String marker() {
        return "-Dhapax.sandbox=" + folder;
    }

    @Override
    public List<String> portNames() {
        return securedProtocol.isPresent()
                ? List.of(BROKER_PORT, CONTROLLER_PORT, SECURED_PORT)
                : List.of(BROKER_PORT, CONTROLLER_PORT);
    }

    @Override
    public boolean isReady() throws Exception {
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.servers", bootstrapServers(),
                "request.timeout.ms", ANSWER_MS,
                "default.api.timeout.ms", ANSWER_MS))) {
            DescribeClusterResult cluster = admin.describeCluster();
            return cluster.clusterId().get(ANSWER_MS, TimeUnit.MILLISECONDS).equals(clusterId())
                    && !cluster.nodes().get(ANSWER_MS, TimeUnit.MILLISECONDS).isEmpty();
        }
    }

    @Override
    public String endSignal() {
        return "TERM";
    }

    @Override
    public String orphanSignal() {
        return "KILL";
    }

    private Path settingsFile() {
        return folder.resolve("server.properties");
    }

    private String clusterId() {
        return remembered.fact("kafka.cluster.id", () -> Uuid.randomUuid().toString());
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("group.initial.rebalance.delay.ms", "0");
        // Enough for one broker: each partition of an internal topic costs files and time at a restart.
        settings.put("offsets.topic.num.partitions", "5");
        settings.put("transaction.state.log.num.partitions", "5");
        settings.put("share.coordinator.state.topic.num.partitions", "1");
        settings.put("log.cleaner.dedupe.buffer.size", "16777216");
        settings.putAll(options);
        settings.putAll(fixedSettings());
        return settings;
    }

    /** The settings that a sandbox rests on and that no option changes. */
    private Map<String, String> fixedSettings() {
        String controller = "127.0.0.1:" + remembered.port(CONTROLLER_PORT);
        Map<String, String> fixed = new LinkedHashMap<>();
        fixed.put("process.roles", "broker,controller");
        fixed.put("node.id", "1");
        fixed.put("controller.quorum.voters", "1@" + controller);
        fixed.put("controller.listener.names", "CONTROLLER");
        String listeners = "PLAINTEXT://" + bootstrapServers()
                + securedProtocol
                        .map(protocol -> ",SECURED://" + securedBootstrapServers())
                        .orElse("");
        fixed.put("listeners", listeners + ",CONTROLLER://" + controller);
        fixed.put("advertised.listeners", listeners);
        fixed.put(
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"
                        + securedProtocol
                                .map(protocol -> ",SECURED:" + protocol)
                                .orElse(""));
        fixed.put("inter.broker.listener.name", "PLAINTEXT");
        fixed.put("log.dirs", folder.resolve("data").toString());
        fixed.put("auto.create.topics.enable", "false");
        fixed.put("default.replication.factor", "1");
        fixed.put("offsets.topic.replication.factor", "1");
        fixed.put("transaction.state.log.replication.factor", "1");
        fixed.put("transaction.state.log.min.isr", "1");
        fixed.put("share.coordinator.state.topic.replication.factor", "1");
        fixed.put("share.coordinator.state.topic.min.isr", "1");
        return fixed;
    }
}
