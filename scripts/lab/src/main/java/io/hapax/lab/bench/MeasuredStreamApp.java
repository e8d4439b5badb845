package io.hapax.lab.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hapax.app.settings.SettingsSource;
import io.hapax.stream.PaymentStreams;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.settings.StreamSettings;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.LagInfo;
import org.apache.kafka.streams.state.HostInfo;

/**
 * A stream app that also writes the sizes of its stores to a file once a second. On request it writes the times of
 * look-ups too. At its end it leaves its consumer group. So a new instance need not wait until the group drops this
 * one.
 */
final class MeasuredStreamApp {
    /** Setting: the file with the figures, beside which another may ask for look-ups. */
    static final String FIGURES = "figures.file";

    /** Setting: seed of the keys that are looked up. */
    static final String SEED = "known.seed";

    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(30);

    /** An address that tells instances apart. Nobody connects to it. */
    private static final HostInfo HERE = new HostInfo("127.0.0.1", 1);

    private final StoreFile file;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final PaymentStreams payments;
    private final LookUps lookUps;
    private final Map<String, Double> figures = new HashMap<>();

    private MeasuredStreamApp(StoreFile file, StreamSettings settings, long seed) {
        this.file = file;
        this.payments = PaymentStreams.start(settings, new JourneyMetrics(registry, settings.metricsClients()));
        this.lookUps = new LookUps(payments.lookup(HERE), new NumberedCommands(seed, null), new Random(seed));
    }

    public static void main(String[] args) throws InterruptedException {
        Map<String, String> texts = new HashMap<>(SettingsSource.read(System.getenv()));
        StoreFile file = new StoreFile(Path.of(String.valueOf(texts.remove(FIGURES))));
        long seed = Long.parseLong(String.valueOf(texts.remove(SEED)));
        // Settings of a gateway that is never started: look-ups need to know the instance by its address.
        texts.put("gateway.port", String.valueOf(HERE.port()));
        texts.put("gateway.api.keys", "none");
        new MeasuredStreamApp(file, StreamSettings.read(texts), seed).run();
    }

    private void run() throws InterruptedException {
        Thread.ofPlatform()
                .daemon()
                .uncaughtExceptionHandler((thread, failure) -> {
                    failure.printStackTrace();
                    Runtime.getRuntime().halt(1);
                })
                .start(this::tellEverySecond);
        Runtime.getRuntime().addShutdownHook(new Thread(this::leave, "shutdown"));
        payments.awaitEnd();
    }

    private void tellEverySecond() {
        while (true) {
            tell();
            LockSupport.parkNanos(EVERY.toNanos());
        }
    }

    private void leave() {
        payments.streams()
                .close(CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
                        .withTimeout(CLOSE_WITHIN));
    }

    private void tell() {
        if (payments.streams().state() != State.RUNNING) {
            return;
        }
        put(StoreFile.KEYS);
        put(StoreFile.FILTER_BYTES);
        for (Gauge gauge : registry.find(StoreFile.MEMORY_BYTES).gauges()) {
            figures.merge(StoreFile.MEMORY_BYTES, gauge.value(), Math::max);
        }
        figures.put(StoreFile.LAG, lag());
        file.lookUpsAskedFor().ifPresent(known -> {
            LookUps.Times times = lookUps.take(known);
            figures.put(StoreFile.KNOWN_MEAN_NANOS, times.knownMean());
            figures.put(StoreFile.KNOWN_P99_NANOS, times.knownP99());
            figures.put(StoreFile.UNKNOWN_MEAN_NANOS, times.unknownMean());
            figures.merge(StoreFile.LOOK_UPS, 1.0, Double::sum);
        });
        write();
    }

    private void put(String name) {
        for (Gauge gauge : registry.find(name).gauges()) {
            figures.put(name, gauge.value());
        }
    }

    private double lag() {
        return payments.streams().allLocalStorePartitionLags().values().stream()
                .flatMap(lags -> lags.values().stream())
                .mapToDouble(LagInfo::offsetLag)
                .sum();
    }

    private void write() {
        try {
            Path complete = file.file().resolveSibling("figures.new");
            new ObjectMapper().writeValue(complete.toFile(), figures);
            Files.move(complete, file.file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
