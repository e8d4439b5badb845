package io.hapax.sandbox;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * The sandbox from a command line: {@code start} stays up until interrupted, {@code start --detach} leaves the parts
 * running, {@code stop} ends those.
 */
public final class SandboxMain {
    private static final String USAGE = """
            usage: start --folder FOLDER [--detach]   starts the broker, the registry and PostgreSQL; prints where they are
                   stop --folder FOLDER               stops what start --detach left running""";

    private SandboxMain() {}

    /** Exits with 0 when done, 1 when a part failed, 2 when the arguments make no sense. */
    public static void main(String[] args) throws InterruptedException {
        // The clients that knock on the parts have nothing to say on this screen.
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        Optional<Path> folder = folder(args);
        if (folder.isEmpty()) {
            System.err.println(USAGE);
            System.exit(2);
        }
        try {
            run(args[0], folder.orElseThrow(), List.of(args).contains("--detach"));
        } catch (SandboxException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static Optional<Path> folder(String[] args) {
        List<String> options = Arrays.stream(args)
                .skip(1)
                .filter(option -> !option.equals("--detach"))
                .toList();
        boolean known = args.length > 0 && List.of("start", "stop").contains(args[0]);
        return known && options.size() == 2 && options.get(0).equals("--folder")
                ? Optional.of(Path.of(options.get(1)))
                : Optional.empty();
    }

    private static void run(String command, Path folder, boolean detach) throws InterruptedException {
        if (command.equals("stop")) {
            System.out.println("stopped=" + Sandbox.stopDetached(folder));
        } else if (detach) {
            print(Sandbox.builder(folder).detached().start(), System.out);
        } else {
            Sandbox sandbox = Sandbox.start(folder);
            Runtime.getRuntime().addShutdownHook(new Thread(sandbox::close, "stop-sandbox"));
            print(sandbox, System.out);
            new CountDownLatch(1).await();
        }
    }

    private static void print(Sandbox sandbox, PrintStream out) {
        out.println("bootstrap.servers=" + sandbox.bootstrapServers());
        out.println("registry.url=" + sandbox.registryUrl());
        out.println("jdbc.url=" + sandbox.jdbcUrl());
        out.println("jdbc.user=" + sandbox.user());
        out.println("jdbc.password=" + sandbox.password());
        out.println("folder=" + sandbox.folder());
        out.flush();
    }
}
