package io.hapax.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A Kafka broker, a schema registry and PostgreSQL on this machine, each a process of its own bound to 127.0.0.1,
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
    private final Broker broker;
    private final Registry registry;
    private final Postgres postgres;
    private final Map<Part, PartProcess> processes = new EnumMap<>(Part.class);

    private Sandbox(SandboxBuilder builder, FolderLock lock, Remembered remembered) {
        this.folder = builder.folder();
        this.lock = lock;
        this.broker = new Broker(
                folderOf(Part.KAFKA),
                remembered,
                builder.brokerHeap(),
                builder.brokerOptions(),
                builder.securedProtocol());
        this.registry = new Registry(folderOf(Part.REGISTRY), remembered, builder.registryHeap());
        this.postgres = new Postgres(folderOf(Part.POSTGRES), remembered);
        for (Server server : List.of(broker, registry, postgres)) {
            processes.put(server.part(), new PartProcess(server, remembered, builder.isDetached()));
        }
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
                    .filter(part -> sandbox.process(part).stopFormerRun())
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
            return new Sandbox(builder, lock, Remembered.in(builder.folder()));
        } catch (IOException e) {
            throw new SandboxException("cannot use " + builder.folder(), e);
        }
    }

    /** The broker's address, for {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** Of the listener that {@link SandboxBuilder#securedListener} adds. */
    public String securedBootstrapServers() {
        return broker.securedBootstrapServers();
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

    /** The file that the part's process writes its log to. */
    public Path log(Part part) {
        return process(part).log();
    }

    /** Process id of a part that runs. */
    public long pid(Part part) {
        return process(part).pid();
    }

    /**
     * Lets what a topic holds look as if the broker had stamped it, with a clock of another time. For records that
     * were sent with these times while the topic took them.
     */
    public void stampedByBroker(String topic) {
        try {
            StampedRecords.mark(folderOf(Part.KAFKA).resolve("data"), topic);
        } catch (IOException e) {
            throw new SandboxException("cannot mark the records of " + topic, e);
        }
    }

    public boolean isRunning(Part part) {
        return process(part).isRunning();
    }

    /** Starts a part that was stopped or killed, or was not started yet, and returns when it answers. */
    public void startAgain(Part part) {
        process(part).start();
    }

    /** Asks the part to end in order, and waits for it. */
    public void stop(Part part) {
        process(part).stop();
    }

    /** {@code kill -9}, for PostgreSQL of its backends as well; returns when the part is gone. */
    public void kill(Part part) {
        process(part).kill();
    }

    /**
     * Ends PostgreSQL as {@code pg_ctl stop -m immediate} does: without a checkpoint, so that it recovers at its next
     * start.
     */
    public void stopPostgresImmediately() {
        process(Part.POSTGRES).end("QUIT");
    }

    /** Freezes the part's processes ({@code SIGSTOP}): connections stay open and nobody answers. */
    public void pause(Part part) {
        process(part).signalAll("STOP");
    }

    /** Lets a paused part go on. */
    public void resume(Part part) {
        process(part).signalAll("CONT");
    }

    /**
     * Stops the parts that run, in order; those that do not end in time are killed, and reported after all are gone.
     */
    @Override
    public void close() {
        List<RuntimeException> failures = new ArrayList<>();
        for (Part part : END_ORDER) {
            attempt(() -> stop(part), failures);
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
        try (ExecutorService atOnce = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture.allOf(parts.stream()
                            .map(part -> CompletableFuture.runAsync(process(part)::start, atOnce))
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    private void refuseDetached() {
        for (Part part : END_ORDER) {
            if (process(part).ranDetachedAndStillRuns()) {
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

    private Path folderOf(Part part) {
        return folder.resolve(part.label());
    }

    private PartProcess process(Part part) {
        PartProcess process = processes.get(part);
        if (process == null) {
            throw new IllegalStateException("no " + part);
        }
        return process;
    }
}
