package io.hapax.storm.world;

import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import io.hapax.sandbox.SandboxException;
import io.hapax.storm.collect.Sources;
import io.hapax.storm.history.RunFacts;
import io.hapax.storm.history.RunFacts.OpenedAccount;
import io.hapax.storm.parts.ReadyParts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Brokers, registry, database and several instances of each app, each a process of its own in one folder. */
public final class StormWorld implements AutoCloseable {
    public static final String STREAM_APP = "stream-app";
    public static final String LEDGER_CONSUMER = "ledger-consumer";
    public static final String INSIGHT = "insight-app";
    private static final int HEAL_ATTEMPTS = 3;
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final Duration ASK_EVERY = Duration.ofMillis(250);

    private final ReadyParts parts;
    private final Disks disks;
    private final StormSettings settings;
    private final List<Instance> instances;
    private final Map<String, String> apiKeys;
    private final RegistryDoor registryDoor;
    private final Instance spare;

    private StormWorld(ReadyParts parts, Disks disks, StormSettings settings) throws IOException, SQLException {
        this.parts = parts;
        this.disks = disks;
        this.settings = settings;
        this.registryDoor = RegistryDoor.before(parts.sandbox().registryUrl());
        List<OpenedAccount> accounts = StormAccounts.all();
        parts.openAccounts(accounts.stream().map(StormAccounts::terms).toList());
        for (OpenedAccount account : accounts) {
            if (account.closed()) {
                parts.closeAccount(account.id());
            }
        }
        StormApps apps = new StormApps(parts, settings, registryDoor.url());
        this.apiKeys = apps.issueApiKeys();
        this.instances = IntStream.rangeClosed(1, StormSettings.INSTANCES)
                .boxed()
                .flatMap(number -> Stream.of(apps.streamApp(number), apps.ledgerConsumer(number), apps.insight(number)))
                .toList();
        this.spare = apps.streamApp(StormSettings.INSTANCES + 1);
    }

    /** Starts the parts and then the apps; returns before the apps are ready. */
    public static StormWorld start(Path folder, StormSettings settings) throws IOException, SQLException {
        Disks disks = settings.smallDisks() ? Disks.below(folder) : Disks.none();
        try {
            ReadyParts parts = ReadyParts.start(folder, settings.brokers(), StormSettings.PARTITIONS);
            try {
                StormWorld world = new StormWorld(parts, disks, settings);
                world.instances.forEach(Instance::startUnlessAlive);
                return world;
            } catch (RuntimeException | IOException | SQLException e) {
                parts.close();
                throw e;
            }
        } catch (RuntimeException | IOException | SQLException e) {
            disks.close();
            throw e;
        }
    }

    public ReadyParts parts() {
        return parts;
    }

    public Sandbox sandbox() {
        return parts.sandbox();
    }

    public StormSettings settings() {
        return settings;
    }

    public List<Instance> instances() {
        return instances;
    }

    public List<Instance> streamApps() {
        return of(STREAM_APP);
    }

    public List<Instance> of(String program) {
        return instances.stream()
                .filter(instance -> instance.program().equals(program))
                .toList();
    }

    /** An instance of the stream app beyond the others, which runs only where a fault starts it. */
    public Instance spareStreamApp() {
        return spare;
    }

    public Disks disks() {
        return disks;
    }

    public RegistryDoor registryDoor() {
        return registryDoor;
    }

    /** Secrets by client. */
    public Map<String, String> apiKeys() {
        return apiKeys;
    }

    /** Names of instances, separated by commas. */
    public static String names(List<Instance> instances) {
        return instances.stream().map(Instance::name).collect(Collectors.joining(","));
    }

    /** Waits until an instance says that it is ready, at most for some time. */
    public void awaitReady(Instance instance) throws InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            long deadline = System.nanoTime() + READY_WITHIN.toNanos();
            while (System.nanoTime() < deadline && !instance.isReady(http)) {
                Thread.sleep(ASK_EVERY);
            }
        }
    }

    /** Starts the brokers that do not run, all at once: one alone may have no quorum of controllers. */
    public void startBrokers() {
        sandbox().startAgain(Part.KAFKA);
    }

    /** Asks a broker to end in order. The last ones of several are killed, after a while: nobody lets them go. */
    public void stopBroker(int node) {
        try {
            sandbox().broker(node).stop();
        } catch (SandboxException killed) {
            // Said so, and it is gone.
        }
    }

    /** Lets everything run that a fault has left paused, stopped or dead. A part that does not start is tried again. */
    public void heal() {
        for (int attempt = 1; ; attempt++) {
            try {
                healParts();
                break;
            } catch (SandboxException notYet) {
                if (attempt == HEAL_ATTEMPTS) {
                    throw notYet;
                }
            }
        }
        registryDoor.open();
        spare.process().stop();
        for (Instance instance : instances) {
            instance.process().resume();
            instance.startUnlessAlive();
        }
    }

    private void healParts() {
        for (int node = 1; node <= sandbox().brokers(); node++) {
            if (sandbox().broker(node).isRunning()) {
                sandbox().broker(node).resume();
            }
        }
        if (sandbox().isRunning(Part.POSTGRES)) {
            sandbox().resume(Part.POSTGRES);
        }
        for (Part part : Part.values()) {
            sandbox().startAgain(part);
        }
    }

    /** The places to ask for what became of everything. */
    public Sources sources() {
        Map<String, String> admins = new TreeMap<>();
        Map<String, String> gateways = new TreeMap<>();
        for (Instance instance : instances) {
            admins.put(instance.name(), instance.adminUrl());
            if (instance.isStreamApp()) {
                gateways.put(instance.name(), instance.gatewayUrl());
            }
        }
        return new Sources(
                parts.kafka(),
                sandbox().registryUrl(),
                sandbox().jdbcUrl(),
                sandbox().user(),
                sandbox().password(),
                admins,
                gateways,
                apiKeys());
    }

    /** Facts for the run's history, as far as the world knows them. */
    public RunFacts facts(
            long seed, Map<String, String> options, Map<String, String> versions, long beganMs, long endedMs) {
        Stream<RunFacts.Instance> apps =
                instances.stream().map(each -> new RunFacts.Instance(each.name(), each.program()));
        Stream<RunFacts.Instance> brokers = IntStream.rangeClosed(1, settings.brokers())
                .mapToObj(node -> new RunFacts.Instance("broker-" + node, "broker"));
        return new RunFacts(
                seed,
                options,
                versions,
                beganMs,
                endedMs,
                StormSettings.PARTITIONS,
                Stream.concat(apps, brokers).toList(),
                StormSettings.times(),
                StormAccounts.all());
    }

    /** Stops the apps first, so that they end in order. */
    @Override
    public void close() {
        try (parts;
                registryDoor) {
            spare.process().stop();
            instances.forEach(instance -> instance.process().resume());
            instances.forEach(instance -> instance.process().stop());
        } catch (SandboxException killed) {
            // A broker whose clock went back an hour does not end in order. It is gone, and the history is written.
        } finally {
            unmount();
        }
    }

    private void unmount() {
        try {
            disks.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
