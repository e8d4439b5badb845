package io.hapax.sandbox;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.common.Uuid;

/** A Kafka broker and KRaft controller in one, alone or one of several, with its log in the folder. */
final class Broker implements Server {
    private static final int ANSWER_MS = 5_000;

    private static final int FIRST_COMPILER = 1;
    private static final int ALL_COMPILERS = 4;

    private final Path folder;
    private final Remembered remembered;
    private final Setup setup;
    private final int node;

    /**
     * The choices that are the same for all brokers of a sandbox.
     *
     * @param brokers their number
     * @param heap heap of each, as after {@code -Xmx}
     * @param forLongRuns the JVM compiles well, which takes its time
     * @param options settings by their names in {@code server.properties}
     * @param securedProtocol protocol of a second listener
     * @param features levels of the cluster's features at its beginning, where they are not the highest
     */
    record Setup(
            int brokers,
            String heap,
            boolean forLongRuns,
            Map<String, String> options,
            Optional<String> securedProtocol,
            Map<String, Short> features) {}

    /** @param node its id, from 1 to the number of brokers */
    Broker(Path sandbox, Remembered remembered, Setup setup, int node) {
        this.folder = sandbox.resolve(label(node));
        this.remembered = remembered;
        this.setup = setup;
        this.node = node;
    }

    String bootstrapServers() {
        return "127.0.0.1:" + remembered.port(brokerPort());
    }

    String securedBootstrapServers() {
        return "127.0.0.1:" + remembered.port(securedPort());
    }

    private Path classes() {
        return folder.resolve("classes.list");
    }

    private static SharedClasses sharedClasses() {
        return SharedClasses.of("broker", BuildFacts.brokerJars());
    }

    /** The first has the name that a single one has. */
    private static String label(int node) {
        return node == 1 ? Part.KAFKA.label() : Part.KAFKA.label() + "-" + node;
    }

    private String brokerPort() {
        return label() + ".broker";
    }

    private static String controllerPort(int node) {
        return label(node) + ".controller";
    }

    private String securedPort() {
        return label() + ".secured";
    }

    Path data() {
        return folder.resolve("data");
    }

    void setClockAhead(Duration ahead) throws IOException {
        SteeredClock.set(folder.resolve("ahead-ms"), ahead);
    }

    @Override
    public String label() {
        return label(node);
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
    public List<String> command() throws IOException {
        List<String> command = new ArrayList<>(List.of(Java.program(), marker()));
        command.addAll(sharedClasses().options(classes()));
        command.addAll(List.of(
                "-Xmx" + setup.heap(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=" + (setup.forLongRuns() ? ALL_COMPILERS : FIRST_COMPILER),
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSS",
                // Kafka prints every setting of every component at INFO.
                "-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.config.AbstractConfig=warn",
                "-cp",
                BuildFacts.brokerJars() + File.pathSeparator + BuildFacts.ownLocation(),
                BrokerMain.class.getName(),
                settingsFile().toString(),
                clusterId()));
        setup.features().forEach((feature, level) -> command.add(feature + "=" + level));
        return command;
    }

    @Override
    public void started() throws IOException {
        sharedClasses().makeFrom(classes());
    }

    @Override
    public String marker() {
        return "-Dhapax.sandbox=" + folder;
    }

    @Override
    public List<String> portNames() {
        return setup.securedProtocol().isPresent()
                ? List.of(brokerPort(), controllerPort(node), securedPort())
                : List.of(brokerPort(), controllerPort(node));
    }

    @Override
    public boolean isReady() throws Exception {
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.servers", bootstrapServers(),
                "request.timeout.ms", ANSWER_MS,
                "default.api.timeout.ms", ANSWER_MS))) {
            DescribeClusterResult cluster = admin.describeCluster();
            return cluster.clusterId().get(ANSWER_MS, TimeUnit.MILLISECONDS).equals(clusterId())
                    && cluster.nodes().get(ANSWER_MS, TimeUnit.MILLISECONDS).stream()
                            .anyMatch(found -> found.id() == node);
        }
    }

    @Override
    public String endSignal() {
        return "TERM";
    }

    /** The last of several would wait in vain for a controller to take leave of. */
    @Override
    public String closeSignal() {
        return setup.brokers() == 1 ? endSignal() : "KILL";
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
        // Enough here: each partition of an internal topic costs files and time at a restart.
        settings.put("offsets.topic.num.partitions", "5");
        settings.put("transaction.state.log.num.partitions", "5");
        settings.put("share.coordinator.state.topic.num.partitions", "1");
        // Else an empty record is written to disk twice a second, for whoever watches how far metadata has come.
        settings.put("metadata.max.idle.interval.ms", "0");
        settings.put("log.cleaner.dedupe.buffer.size", "16777216");
        settings.putAll(setup.options());
        settings.putAll(fixedSettings());
        return settings;
    }

    /** The settings that a sandbox rests on and that no option changes. */
    private Map<String, String> fixedSettings() {
        String controller = controller(node);
        Map<String, String> fixed = new LinkedHashMap<>();
        fixed.put("process.roles", "broker,controller");
        fixed.put("node.id", String.valueOf(node));
        fixed.put("controller.quorum.voters", voters());
        fixed.put("controller.listener.names", "CONTROLLER");
        String listeners = "PLAINTEXT://" + bootstrapServers()
                + setup.securedProtocol()
                        .map(protocol -> ",SECURED://" + securedBootstrapServers())
                        .orElse("");
        fixed.put("listeners", listeners + ",CONTROLLER://" + controller);
        fixed.put("advertised.listeners", listeners);
        fixed.put(
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"
                        + setup.securedProtocol()
                                .map(protocol -> ",SECURED:" + protocol)
                                .orElse(""));
        fixed.put("inter.broker.listener.name", "PLAINTEXT");
        fixed.put("log.dirs", data().toString());
        fixed.put("auto.create.topics.enable", "false");
        fixed.put("unclean.leader.election.enable", "false");
        fixed.putAll(replication());
        return fixed;
    }

    private Map<String, String> replication() {
        String replicas = String.valueOf(Math.min(3, setup.brokers()));
        String inSync = String.valueOf(Math.max(1, Math.min(3, setup.brokers()) - 1));
        return Map.of(
                "default.replication.factor", replicas,
                "min.insync.replicas", inSync,
                "offsets.topic.replication.factor", replicas,
                "transaction.state.log.replication.factor", replicas,
                "transaction.state.log.min.isr", inSync,
                "share.coordinator.state.topic.replication.factor", replicas,
                "share.coordinator.state.topic.min.isr", inSync);
    }

    private String voters() {
        return IntStream.rangeClosed(1, setup.brokers())
                .mapToObj(each -> each + "@" + controller(each))
                .collect(Collectors.joining(","));
    }

    private String controller(int each) {
        return "127.0.0.1:" + remembered.port(controllerPort(each));
    }
}
