package io.hapax.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Kafka brokers, a schema registry and PostgreSQL on this machine, each a process of its own bound to 127.0.0.1,
 * with all their data in one folder. A sandbox started again on the same folder has the same ports, ids and data,
 * also after its parts or this JVM were killed. Closing it stops the parts and leaves the folder.
 *
 * <p>Thread-safe: crash tests stop one part while others are in use.
 */
public final class Sandbox implements AutoCloseable {
    /** The registry first: nothing depends on it while the others end. */
    private static final List<Part> END_ORDER = List.of(Part.REGISTRY, Part.KAFKA, Part.POSTGRES);

    private final Path folder;
    private final FolderLock lock;
    private final List<Broker> brokers;
    private final Registry registry;
    private final Postgres postgres;
    private final PartProcesses processes;

    private Sandbox(SandboxBuilder builder, FolderLock lock, Remembered remembered) {
        this.folder = builder.folder();
        this.lock = lock;
        Broker.Setup setup = builder.setup(remembered);
        this.brokers = IntStream.rangeClosed(1, setup.brokers())
                .mapToObj(node -> new Broker(folder, remembered, setup, node))
                .toList();
        this.registry = new Registry(folder.resolve(Part.REGISTRY.label()), remembered, builder.registryHeap());
        this.postgres = new Postgres(folder.resolve(Part.POSTGRES.label()), remembered);
        this.processes = new PartProcesses(Stream.concat(brokers.stream(), Stream.of(registry, postgres))
                .map(server -> new PartProcess(server, remembered, builder.isDetached())));
    }

    /** Starts these parts, or all if none is named, with their data in the folder, which is made unless it is there. */
    public static Sandbox start(Path folder, Part... parts) {
        return builder(folder).with(parts).start();
    }

    public static SandboxBuilder builder(Path folder) {
        return new SandboxBuilder(folder);
    }

    /**
     * The one sandbox that all tests of this JVM share, with these parts running, or all if none is named. It ends
     * with the JVM and its data is thrown away: who stops, kills or configures parts starts a sandbox of their own.
     */
    public static Sandbox shared(Part... parts) {
        return SharedSandbox.with(parts);
    }

    /** A port on 127.0.0.1 that nobody listens on, for an app beside the sandbox. */
    public static int freePort() {
        return LocalPort.pickFree();
    }

    /** Stops the parts of a detached sandbox; says which ran. */
    public static List<Part> stopDetached(Path folder) {
        try (Sandbox sandbox = locked(builder(folder))) {
            return END_ORDER.stream()
                    .filter(part -> sandbox.processes.of(part).stream()
                                    .filter(PartProcess::stopFormerRun)
                                    .count()
                            > 0)
                    .toList();
        }
    }

    static Sandbox open(SandboxBuilder builder) {
        Sandbox sandbox = locked(builder);
        try {
            sandbox.refuseDetached();
            sandbox.startParts(builder.parts());
            return sandbox;
        } catch (RuntimeException failure) {
            sandbox.closeAfter(failure);
            throw failure;
        }
    }

    private static Sandbox locked(SandboxBuilder builder) {
        try {
            Files.createDirectories(builder.folder());
            FolderLock lock = FolderLock.on(builder.folder());
            try {
                return new Sandbox(builder, lock, Remembered.in(builder.folder()));
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new SandboxException("cannot use " + builder.folder(), e);
        }
    }

    /** The addresses of the brokers, for {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return brokers.stream().map(Broker::bootstrapServers).collect(Collectors.joining(","));
    }

    /** Of the listener that {@link SandboxBuilder#securedListener} adds. */
    public String securedBootstrapServers() {
        return brokers.stream().map(Broker::securedBootstrapServers).collect(Collectors.joining(","));
    }

    /** The base of the registry's Confluent-compatible REST API, without a slash at the end. */
    public String registryUrl() {
        return registry.url();
    }

    /** The database {@code hapax}, empty until somebody makes tables in it. */
    public String jdbcUrl() {
        return postgres.jdbcUrl();
    }

    /** PostgreSQL's superuser, the only role of a new sandbox. */
    public String user() {
        return Postgres.USER;
    }

    /** The password of {@link #user()}. */
    public String password() {
        return Postgres.PASSWORD;
    }

    public Path folder() {
        return folder;
    }

    /** The number of brokers. */
    public int brokers() {
        return brokers.size();
    }

    /** One of the brokers by its id, from 1 on. */
    public PartProcess broker(int node) {
        return processes.of(Part.KAFKA).get(node - 1);
    }

    /** The file that the part's process writes its log to; of several brokers the first one's. */
    public Path log(Part part) {
        return processes.of(part).getFirst().log();
    }

    /** Process id of a part that runs; of several brokers the first one's. */
    public long pid(Part part) {
        return processes.of(part).getFirst().pid();
    }

    /**
     * Lets what a topic holds look as if the broker had stamped it, with a clock of another time. For records that
     * were sent with these times while the topic took them.
     */
    public void stampedByBroker(String topic) {
        try {
            for (Broker broker : brokers) {
                StampedRecords.mark(broker.data(), topic);
            }
        } catch (IOException e) {
            throw new SandboxException("cannot mark the records of " + topic, e);
        }
    }

    /** Sets the clock of a broker ahead of the machine's. The broker follows within a second, while it runs as well. */
    public void setClockAhead(int node, Duration ahead) {
        try {
            brokers.get(node - 1).setClockAhead(ahead);
        } catch (IOException e) {
            throw new SandboxException("cannot set the clock of broker " + node, e);
        }
    }

    /** True when the part runs; of several brokers all of them. */
    public boolean isRunning(Part part) {
        return processes.of(part).stream().allMatch(PartProcess::isRunning);
    }

    /** Starts a part that was stopped or killed, or was not started yet, and returns when it answers. */
    public void startAgain(Part part) {
        processes.atOnce(List.of(part), PartProcess::start);
    }

    /**
     * Asks the part to end in order, and waits for it. Of several brokers the last ones have no quorum to take leave
     * of: they are killed after a while, and that is reported.
     */
    public void stop(Part part) {
        processes.atOnce(List.of(part), PartProcess::stop);
    }

    /** {@code kill -9}, for PostgreSQL of its backends as well; returns when the part is gone. */
    public void kill(Part part) {
        processes.atOnce(List.of(part), PartProcess::kill);
    }

    /**
     * Ends PostgreSQL as {@code pg_ctl stop -m immediate} does: without a checkpoint, so that it recovers at its next
     * start.
     */
    public void stopPostgresImmediately() {
        processes.atOnce(List.of(Part.POSTGRES), process -> process.end("QUIT"));
    }

    /** Freezes the part's processes ({@code SIGSTOP}): connections stay open and nobody answers. */
    public void pause(Part part) {
        processes.atOnce(List.of(part), PartProcess::pause);
    }

    /** Lets a paused part go on. */
    public void resume(Part part) {
        processes.atOnce(List.of(part), PartProcess::resume);
    }

    /**
     * Stops the parts that run, in order; those that do not end in time are killed, and reported after all are gone.
     */
    @Override
    public void close() {
        List<RuntimeException> failures = new ArrayList<>();
        for (Part part : END_ORDER) {
            attempt(() -> processes.atOnce(List.of(part), PartProcess::close), failures);
        }
        release(failures);
    }

    /** Ends the parts at once: for data that nobody reads again. */
    void discard() {
        List<RuntimeException> failures = new ArrayList<>();
        for (Part part : END_ORDER) {
            attempt(part == Part.POSTGRES ? this::stopPostgresImmediately : () -> kill(part), failures);
        }
        attempt(this::deleteFolder, failures);
        release(failures);
    }

    void startParts(Collection<Part> parts) {
        processes.atOnce(parts, PartProcess::start);
    }

    private void refuseDetached() {
        for (Part part : END_ORDER) {
            if (processes.of(part).stream().anyMatch(PartProcess::ranDetachedAndStillRuns)) {
                throw new SandboxException(part + " of a detached sandbox runs in " + folder + "; stop that first");
            }
        }
    }

    private void closeAfter(RuntimeException failure) {
        try {
            close();
        } catch (RuntimeException more) {
            failure.addSuppressed(more);
        }
    }

    private void deleteFolder() {
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            throw new SandboxException("cannot delete " + folder, e);
        }
    }

    private void release(List<RuntimeException> failures) {
        try {
            lock.close();
        } catch (IOException e) {
            failures.add(new SandboxException("cannot release " + folder, e));
        }
        if (!failures.isEmpty()) {
            RuntimeException first = failures.getFirst();
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    private static void attempt(Runnable action, List<RuntimeException> failures) {
        try {
            action.run();
        } catch (RuntimeException e) {
            failures.add(e);
        }
    }
}
