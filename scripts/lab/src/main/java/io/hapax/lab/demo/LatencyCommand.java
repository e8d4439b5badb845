package io.hapax.lab.demo;

import io.hapax.ledger.book.AccountTerms;
import io.hapax.sandbox.Folders;
import io.hapax.stream.StreamApp;
import io.hapax.tools.cli.Positive;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that measures what a payment over HTTP waits for at low load, from the metrics of the real processes. */
@Command(
        name = "latency",
        mixinStandardHelpOptions = true,
        description = {
            "Pays over HTTP, one payment after the other, and shows the parts of a payment's time"
                    + " from the apps' own metrics.",
            "For developers. The parts are:",
            "produce: the command is written to Kafka.",
            "decide: the stream app receives the command.",
            "post: its transaction ends, the ledger posts, and the outcome is back.",
            "settle: the transaction of the settlement ends, and the gateway has read it.",
            "Exit code: 0 measured, 2 it could not be done."
        })
public final class LatencyCommand implements Callable<Integer> {
    private static final int WARM_UP = 40;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Option(
            names = "--payments",
            converter = Positive.class,
            defaultValue = "200",
            description = "Number of payments for each interval. Default: ${DEFAULT-VALUE}.")
    private int payments;

    @Option(
            names = "--commit-intervals",
            split = ",",
            defaultValue = "5ms,10ms,25ms,50ms,100ms",
            description = "Values of the setting commit.interval to compare. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private List<String> intervals;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    /** The parts of a payment's time, as means in milliseconds. */
    private record Parts(double produce, double decide, double post, double settle, double all) {
        static Parts between(AppFigures before, AppFigures after) {
            double all = after.meanMsSince(before, "hapax_gateway_requests_seconds", "answer=\"completed\"");
            double produce = after.meanMsSince(before, "hapax_gateway_produce_seconds", "");
            double decided = after.meanMsSince(before, "hapax_decision_latency_seconds", "");
            double settled = after.meanMsSince(before, "hapax_settlement_latency_seconds", "");
            return new Parts(produce, decided, settled - decided, all - produce - settled, all);
        }
    }

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%-16s %9s %9s %9s %9s %9s   mean of %d payments, ms%n",
                "commit.interval", "produce", "decide", "post", "settle", "all", payments);
        for (String interval : intervals) {
            Parts parts = measure(interval);
            out.printf(
                    "%-16s %9.1f %9.1f %9.1f %9.1f %9.1f%n",
                    interval, parts.produce(), parts.decide(), parts.post(), parts.settle(), parts.all());
            out.flush();
        }
        return 0;
    }

    private Parts measure(String interval) throws IOException, SQLException, InterruptedException {
        Path folder = Files.createTempDirectory("hapax-latency-");
        try (DemoWorld world = DemoWorld.start(folder, 4, StreamApp.class, Map.of("commit.interval", interval))) {
            world.openAccounts(List.of(
                    AccountTerms.customer("alice", "EUR", 1_000_000_00), AccountTerms.customer("bob", "EUR", 0)));
            world.startApps();
            awaitSettled(world);
            for (int i = 0; i < WARM_UP; i++) {
                pay(world, "warm-" + i);
            }
            AppFigures before = figures(world);
            for (int i = 0; i < payments; i++) {
                pay(world, "measured-" + i);
            }
            return Parts.between(before, figures(world));
        } finally {
            Folders.delete(folder);
        }
    }

    /** Waits until payments are settled. Before the apps have their partitions, payments are only accepted. */
    private void awaitSettled(DemoWorld world) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                if (send(world, "first").statusCode() == 201) {
                    return;
                }
            } catch (IOException e) {
                // Not listening yet.
            }
            Thread.sleep(200);
        }
        throw new IllegalStateException("the apps do not settle within " + PATIENCE);
    }

    private void pay(DemoWorld world, String key) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(world, key);
        if (answer.statusCode() != 201) {
            throw new IllegalStateException("answered " + answer.statusCode() + " " + answer.body());
        }
    }

    private HttpResponse<String> send(DemoWorld world, String key) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(world.gatewayUrl() + "/v1/payments"))
                        .header("Authorization", "Bearer " + world.apiKey())
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", key)
                        .timeout(Duration.ofSeconds(30))
                        .POST(
                                BodyPublishers.ofString(
                                        "{\"debtorAccount\":\"alice\",\"creditorAccount\":\"bob\",\"amountMinor\":1,\"currency\":\"EUR\"}"))
                        .build(),
                BodyHandlers.ofString());
    }

    private AppFigures figures(DemoWorld world) throws IOException, InterruptedException {
        return new AppFigures(http.send(
                        HttpRequest.newBuilder(URI.create(world.streamAdminUrl() + "/metrics"))
                                .build(),
                        BodyHandlers.ofString())
                .body());
    }
}
