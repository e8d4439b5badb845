package io.hapax.sandbox;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The sandbox from a command line: {@code start} stays up until interrupted, {@code start --detach} leaves the parts
 * running, {@code stop} ends those. What it prints on standard output is {@code key=value} lines.
 */
public final class SandboxMain {
    private static final String USAGE = """
            usage: start --folder FOLDER [--parts kafka,registry,postgres] [--brokers N] [--detach]
                   stop --folder FOLDER
            start  starts the parts (all unless told), prints where they are and keeps them up until interrupted;
                   with --detach it leaves them running
            stop   stops what start --detach left running""";

    private SandboxMain() {}

    /** Exits with 0 when done, 1 when a part failed, 2 when the arguments make no sense. */
    public static void main(String[] args) throws InterruptedException {
        // The clients that ask the parts whether they are up have nothing to say on this screen.
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        try {
            run(Arguments.of(List.of(args)));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + System.lineSeparator() + USAGE);
            System.exit(2);
        } catch (SandboxException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static void run(Arguments arguments) throws InterruptedException {
        switch (arguments.command()) {
            case "start" -> start(arguments);
            case "stop" -> System.out.println("stopped=" + Sandbox.stopDetached(arguments.folder()));
            default -> throw new IllegalArgumentException("unknown command: " + arguments.command());
        }
    }

    private static void start(Arguments arguments) throws InterruptedException {
        SandboxBuilder builder =
                Sandbox.builder(arguments.folder()).with(arguments.parts()).forLongRuns();
        arguments.brokers().ifPresent(builder::brokers);
        if (arguments.detach()) {
            print(builder.detached().start(), System.out);
            return;
        }
        Sandbox sandbox = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(sandbox::close, "stop-sandbox"));
        print(sandbox, System.out);
        new CountDownLatch(1).await();
    }

    private static void print(Sandbox sandbox, PrintStream out) {
        if (sandbox.isRunning(Part.KAFKA)) {
            out.println("bootstrap.servers=" + sandbox.bootstrapServers());
        }
        if (sandbox.isRunning(Part.REGISTRY)) {
            out.println("registry.url=" + sandbox.registryUrl());
        }
        if (sandbox.isRunning(Part.POSTGRES)) {
            out.println("jdbc.url=" + sandbox.jdbcUrl());
            out.println("jdbc.user=" + sandbox.user());
            out.println("jdbc.password=" + sandbox.password());
        }
        out.println("folder=" + sandbox.folder());
        out.flush();
    }

    private record Arguments(String command, Path folder, List<Part> parts, OptionalInt brokers, boolean detach) {

        static Arguments of(List<String> args) {
            List<String> rest = new ArrayList<>(args);
            if (rest.isEmpty()) {
                throw new IllegalArgumentException("no command");
            }
            String command = rest.removeFirst();
            boolean detach = rest.remove("--detach");
            String folder = option(rest, "--folder");
            String parts = option(rest, "--parts");
            String brokers = option(rest, "--brokers");
            if (folder == null || !rest.isEmpty()) {
                throw new IllegalArgumentException(folder == null ? "--folder is missing" : "unknown: " + rest);
            }
            return new Arguments(
                    command,
                    Path.of(folder),
                    parts == null ? List.of() : parse(parts),
                    brokers == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(brokers)),
                    detach);
        }

        private static @Nullable String option(List<String> args, String name) {
            int at = args.indexOf(name);
            if (at < 0 || at + 1 == args.size()) {
                return null;
            }
            args.remove(at);
            return args.remove(at);
        }

        private static List<Part> parse(String parts) {
            return Arrays.stream(parts.split(",", -1))
                    .map(part -> Part.valueOf(part.toUpperCase(Locale.ROOT)))
                    .toList();
        }
    }
}
