package io.hapax.sandbox;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.metadata.storage.Formatter;

/** The broker's JVM: formats the log folder unless that is done, then runs Kafka's own server until told to end. */
final class BrokerMain {
    private BrokerMain() {}

    /** Takes the file with the server's properties, the cluster id, and levels of features such as {@code name=1}. */
    public static void main(String[] args) throws Exception {
        KafkaConfig config = KafkaConfig.fromProps(read(args[0]), false);
        format(config, args[1], List.of(args).subList(2, args.length));
        KafkaRaftServer server =
                new KafkaRaftServer(config, SteeredClock.by(Path.of(args[0]).resolveSibling("ahead-ms")));
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "end"));
        server.startup();
        server.awaitShutdown();
    }

    private static void format(KafkaConfig config, String clusterId, List<String> features) throws Exception {
        Formatter formatter = new Formatter();
        for (String feature : features) {
            String[] level = feature.split("=", 2);
            formatter.setFeatureLevel(level[0], Short.parseShort(level[1]));
        }
        formatter
                .setPrintStream(System.out)
                .setNodeId(config.nodeId())
                .setClusterId(clusterId)
                .setDirectories(List.copyOf(config.logDirs()))
                .setMetadataLogDirectory(config.metadataLogDir())
                .setControllerListenerName(config.controllerListenerNames().get(0))
                .setIgnoreFormatted(true)
                .run();
    }

    private static Properties read(String file) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = new FileInputStream(file)) {
            properties.load(in);
        }
        return properties;
    }
}
