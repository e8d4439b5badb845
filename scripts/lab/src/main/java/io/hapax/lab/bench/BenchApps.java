package io.hapax.lab.bench;

import io.hapax.lab.UnpackedArchives;
import io.hapax.ledger.LedgerConsumer;
import io.hapax.ledger.book.DatabaseSettings;
import io.hapax.sandbox.AppProcess;
import io.hapax.stream.StreamApp;
import io.hapax.stream.alerting.InsightApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The apps as processes of their own, on a benchmark's parts. Only the settings that differ from the defaults are
 * set.
 *
 * @param folder folder of their state and logs, with one subfolder each
 * @param jvmOptions JVM options of each app
 * @param archives folder with the unpacked archives of another build, whose apps are started; null: those of this build
 */
record BenchApps(
        BenchBroker broker,
        Path folder,
        List<String> jvmOptions,
        @Nullable Path archives) {
    /** Consumer group of the ledger. */
    static final String LEDGER_GROUP = "hapax-ledger";

    /**
     * Session timeout in milliseconds. Apps are stopped for longer than Kafka's default while commands are written.
     */
    private static final String PATIENT_SESSION_MS = "300000";

    /** The apps of this build. */
    BenchApps(BenchBroker broker, Path folder, List<String> jvmOptions) {
        this(broker, folder, jvmOptions, null);
    }

    /** The same apps of another build. */
    BenchApps of(@Nullable Path archivesOfOther) {
        return new BenchApps(broker, folder, jvmOptions, archivesOfOther);
    }

    /** The stream app. */
    AppProcess stream(String name, Map<String, String> further) {
        return stream(name, StreamApp.class, further);
    }

    /** Something in the stream app's place. */
    AppProcess stream(String name, Class<?> main, Map<String, String> further) {
        Map<String, String> settings = common();
        settings.put("application.id", name);
        settings.put("state.dir", stateFolder(name).toString());
        settings.put("topics.replication", String.valueOf(broker.sandbox().brokers()));
        // Nobody asks after payments that are pending because a benchmark holds the ledger back.
        settings.put("pending.lease", "1h");
        settings.putAll(further);
        return process(name, main, settings, UnpackedArchives.STREAM_APP);
    }

    AppProcess insight(String name) {
        Map<String, String> settings = common();
        settings.put("application.id", name);
        return process(name, InsightApp.class, settings, UnpackedArchives.STREAM_APP);
    }

    AppProcess ledger(DatabaseSettings database) {
        Map<String, String> settings = common();
        settings.put("consumer.group", LEDGER_GROUP);
        settings.put("jdbc.url", database.url());
        settings.put("jdbc.user", database.user());
        settings.put("jdbc.password", database.password());
        return process("ledger-consumer", LedgerConsumer.class, settings, UnpackedArchives.LEDGER_CONSUMER);
    }

    Path folder(String name) {
        return folder.resolve(name);
    }

    Path stateFolder(String name) {
        return folder(name).resolve("state");
    }

    private AppProcess process(String name, Class<?> main, Map<String, String> settings, String archive) {
        try {
            return new AppProcess(
                    name, main, Files.createDirectories(folder(name)), settings, jvmOptions, classPath(archive));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String classPath(String archive) throws IOException {
        return archives == null
                ? System.getProperty("java.class.path")
                : new UnpackedArchives(archives).classPath(archive);
    }

    private Map<String, String> common() {
        Map<String, String> settings = new HashMap<>();
        settings.put("kafka.bootstrap.servers", broker.sandbox().bootstrapServers());
        settings.put("schema.registry.url", broker.sandbox().registryUrl());
        settings.put("kafka.consumer.session.timeout.ms", PATIENT_SESSION_MS);
        return settings;
    }
}
