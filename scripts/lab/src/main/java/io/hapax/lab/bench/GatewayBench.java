package io.hapax.lab.bench;

import static java.util.Objects.requireNonNull;

import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.GuardedProcess;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import io.hapax.stream.gateway.credentials.ApiKey;
import io.hapax.stream.gateway.credentials.ApiKeyFile;
import io.hapax.stream.gateway.credentials.Scope;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The benchmark of new payments over HTTP, through both apps. The gateway answers after the settlement, or at once.
 * The load comes from wrk (https://github.com/wg/wrk), if it is installed. wrk sends the next request of a
 * connection after the last answer. So its latencies are measured from the sending, not from the time at which the
 * request was due. {@link PathBench} measures from that time.
 */
final class GatewayBench {
    private static final int PARTITIONS = 4;
    private static final int CONNECTIONS = 256;
    private static final int WAIT_SECONDS = 10;
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Bench bench;
    private final int warmUpSeconds;
    private final int seconds;
    private int run;

    GatewayBench(Bench bench) {
        this.bench = bench;
        this.warmUpSeconds = bench.settings().quick() ? 3 : 15;
        this.seconds = bench.settings().quick() ? 5 : 30;
    }

    void run(Path folder) throws IOException, SQLException {
        Optional<Path> wrk = onPath("wrk");
        if (wrk.isEmpty()) {
            bench.heading("gateway: skipped, there is no wrk on the PATH");
            return;
        }
        bench.heading("gateway (wrk with " + CONNECTIONS + " connections)");
        try (BenchBroker broker = BenchBroker.start(folder.resolve("sandbox"), PARTITIONS, Part.POSTGRES)) {
            BenchLedger book = BenchLedger.open(broker.sandbox());
            BenchApps apps = new BenchApps(
                    broker, folder.resolve("apps"), bench.settings().appOptions());
            int port = Sandbox.freePort();
            Path keys = folder.resolve("api-keys.json");
            ApiKey.Issued issued =
                    ApiKey.issue("client-0", EnumSet.allOf(Scope.class), Instant.now(), new SecureRandom());
            new ApiKeyFile(keys).write(List.of(issued.key()));
            AppProcess stream = apps.stream("gateway", gateway(port, keys));
            AppProcess ledger = apps.ledger(book.settings());
            stream.start();
            ledger.start();
            try {
                Load load = new Load(wrk.get(), folder, "http://127.0.0.1:" + port + "/v1/payments", issued.secret());
                measure(load, "settled", WAIT_SECONDS);
                measure(load, "accepted", 0);
            } finally {
                stream.stop();
                ledger.stop();
            }
            book.refuseIfContradicted();
        }
    }

    /** No client is held back by its rate. */
    private static Map<String, String> gateway(int port, Path keys) {
        return Map.of(
                "gateway.port",
                String.valueOf(port),
                "gateway.api.keys",
                keys.toString(),
                "gateway.client.rate",
                "1000000",
                "gateway.client.burst",
                "1000000");
    }

    private void measure(Load load, String variant, int waitSeconds) throws IOException {
        load.awaitAnswers(waitSeconds);
        load.of(warmUpSeconds, waitSeconds);
        Answers answers = load.of(seconds, waitSeconds);
        if (!answers.areGood()) {
            throw new IllegalStateException("the gateway answered with errors: " + answers);
        }
        bench.figure("gateway", variant, answers.figures());
        bench.result("gateway." + variant + ".requestsPerSecond", answers.perSecond());
        bench.result("gateway." + variant + ".p99Ms", answers.p99Micros() / 1e3);
    }

    /** The results that wrk printed. */
    private record Answers(
            long requests, long micros, long broken, long errors, long p50Micros, long p99Micros, long p999Micros) {
        /** No answers: wrk could not connect. */
        static final Answers NONE = new Answers(0, 1, 0, 0, 0, 0, 0);

        static Answers read(List<String> output) {
            return output.stream()
                    .filter(line -> line.startsWith("result "))
                    .map(line -> Arrays.stream(line.split(" "))
                            .skip(1)
                            .mapToLong(Long::parseLong)
                            .toArray())
                    .map(told -> new Answers(told[0], told[1], told[2], told[3], told[4], told[5], told[6]))
                    .findFirst()
                    .orElse(NONE);
        }

        boolean areGood() {
            return requests > 0 && broken == 0 && errors == 0;
        }

        double perSecond() {
            return requests * 1e6 / micros;
        }

        Map<String, Object> figures() {
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("requestsPerSecond", perSecond());
            figures.put("p50Ms", p50Micros / 1e3);
            figures.put("p99Ms", p99Micros / 1e3);
            figures.put("p99.9Ms", p999Micros / 1e3);
            return figures;
        }
    }

    /** A run of wrk against the gateway. */
    private final class Load {
        private final Path wrk;
        private final Path folder;
        private final Path script;
        private final String url;
        private final String apiKey;

        Load(Path wrk, Path folder, String url, String apiKey) throws IOException {
            this.wrk = wrk;
            this.folder = folder;
            this.script = folder.resolve("gateway.lua");
            this.url = url;
            this.apiKey = apiKey;
            try (InputStream resource = requireNonNull(GatewayBench.class.getResourceAsStream("gateway.lua"))) {
                Files.copy(resource, script);
            }
        }

        /** Waits until requests are answered without errors, since the app needs time to start. */
        void awaitAnswers(int waitSeconds) throws IOException {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            Answers answers = of(1, waitSeconds);
            while (!answers.areGood()) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("the gateway does not answer: " + answers);
                }
                LockSupport.parkNanos(POLL.toNanos());
                answers = of(1, waitSeconds);
            }
        }

        Answers of(int forSeconds, int waitSeconds) throws IOException {
            String name = "run-" + run++;
            Path log = folder.resolve(name + ".log");
            GuardedProcess process = GuardedProcess.start(
                    List.of(
                            wrk.toString(),
                            "--threads",
                            "1",
                            "--connections",
                            String.valueOf(CONNECTIONS),
                            "--duration",
                            forSeconds + "s",
                            "--timeout",
                            2 * WAIT_SECONDS + "s",
                            "--script",
                            script.toString(),
                            url,
                            "--",
                            apiKey,
                            String.valueOf(waitSeconds),
                            name),
                    folder,
                    log,
                    "TERM",
                    false);
            if (!process.awaitEnd(Duration.ofSeconds(forSeconds).plus(PATIENCE))) {
                process.kill();
                throw new IllegalStateException("wrk did not end, see " + log);
            }
            return Answers.read(Files.readAllLines(log));
        }
    }

    private static Optional<Path> onPath(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(each -> Path.of(each, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
