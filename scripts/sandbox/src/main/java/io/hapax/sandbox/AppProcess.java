package io.hapax.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * One of the apps in a JVM of its own, which cannot outlive this one. Started again, it
 * has the same settings and folder.
 */
public final class AppProcess {
    private static final Duration END_WITHIN = Duration.ofSeconds(40);

    /** Small, for tests that run several for a short time: compiling well would cost more than it saves. */
    private static final List<String> SMALL = List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final String name;
    private final Path folder;
    private final List<String> jvmOptions;
    private final List<String> program;
    private final Optional<SharedClasses> sharedClasses;
    private @Nullable GuardedProcess process;

    /**
     * @param main the app's main class
     * @param folder where its settings, state and log lie
     * @param settings by name, as the app documents them
     */
    public AppProcess(String name, Class<?> main, Path folder, Map<String, String> settings) {
        this(name, main, main, folder, settings);
    }

    /** @param variantOf the app whose {@link SharedClasses} it uses: it starts too seldom to have its own made */
    public AppProcess(String name, Class<?> main, Class<?> variantOf, Path folder, Map<String, String> settings) {
        this(name, main, folder, settings, ClassPath.ofThisJvm(), variantOf.getSimpleName());
    }

    private AppProcess(
            String name,
            Class<?> main,
            Path folder,
            Map<String, String> settings,
            ClassPath classPath,
            String sharedClasses) {
        this(
                name,
                main,
                folder,
                settings,
                SMALL,
                classPath.toString(),
                Optional.of(SharedClasses.of(sharedClasses, classPath.libraries())));
    }

    /**
     * @param jvmOptions its heap, garbage collector and whatever else its JVM is told
     * @param classPath where its classes are: this JVM's class path, or that of another build
     */
    public AppProcess(
            String name,
            Class<?> main,
            Path folder,
            Map<String, String> settings,
            List<String> jvmOptions,
            String classPath) {
        this(name, main, folder, settings, jvmOptions, classPath, Optional.empty());
    }

    private AppProcess(
            String name,
            Class<?> main,
            Path folder,
            Map<String, String> settings,
            List<String> jvmOptions,
            String classPath,
            Optional<SharedClasses> sharedClasses) {
        this.name = name;
        this.folder = folder;
        this.sharedClasses = sharedClasses;
        write(settings, settings());
        this.jvmOptions = List.copyOf(jvmOptions);
        this.program = List.of(
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                // This class path holds the settings of both apps' logs, which are the same.
                "-Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener",
                "-cp",
                classPath,
                main.getName());
    }

    public synchronized void start() {
        try {
            process = GuardedProcess.start(command(), folder, log(), "TERM", false);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " did not start", e);
        }
    }

    /** {@code kill -9}; returns when it is gone. */
    public synchronized void kill() {
        if (process != null) {
            process.kill();
            awaitEnd(process);
        }
    }

    /** Asks it to end in order, and waits for it. */
    public synchronized void stop() {
        if (process != null && process.isAlive()) {
            process.signal("TERM");
            if (!process.awaitEnd(END_WITHIN)) {
                process.kill();
            }
            awaitEnd(process);
        }
    }

    /** {@code SIGSTOP}: it stands still, as in a long pause of its JVM or machine. */
    public synchronized void pause() {
        if (process != null) {
            process.signal("STOP");
        }
    }

    /** Goes on after {@link #pause()}. */
    public synchronized void resume() {
        if (process != null) {
            process.signal("CONT");
        }
    }

    /** Exit code of the process that has ended within that time; empty if it still runs. */
    public synchronized OptionalInt awaitExit(Duration atMost) {
        return process != null && process.awaitEnd(atMost) ? OptionalInt.of(process.exitCode()) : OptionalInt.empty();
    }

    public synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Of the process that was started last. */
    public synchronized long pid() {
        if (process == null) {
            throw new IllegalStateException(name + " was not started");
        }
        return process.pid();
    }

    public String name() {
        return name;
    }

    public Path log() {
        return folder.resolve(name + ".log");
    }

    private List<String> command() throws IOException {
        List<String> command = new ArrayList<>(List.of("env", "HAPAX_CONFIG=" + settings(), Java.program()));
        if (sharedClasses.isPresent()) {
            command.addAll(sharedClasses.get().options(classes()));
        }
        command.addAll(jvmOptions);
        command.addAll(program);
        return command;
    }

    private Path classes() {
        return folder.resolve(name + ".classes");
    }

    private Path settings() {
        return folder.resolve(name + ".properties");
    }

    private void awaitEnd(GuardedProcess ending) {
        if (!ending.awaitEnd(END_WITHIN)) {
            throw new IllegalStateException(name + " still runs as process " + ending.pid());
        }
        shareItsClasses();
    }

    private void shareItsClasses() {
        if (sharedClasses.isPresent()) {
            try {
                sharedClasses.get().makeFrom(classes());
            } catch (IOException e) {
                throw new UncheckedIOException("classes of " + name + " can't be shared", e);
            }
        }
    }

    private static void write(Map<String, String> settings, Path file) {
        Properties properties = new Properties();
        properties.putAll(settings);
        try (Writer out = Files.newBufferedWriter(file)) {
            properties.store(out, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
