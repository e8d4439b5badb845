package io.hapax.tools.console;

import io.hapax.tools.cli.ClusterOptions;
import io.hapax.tools.cli.DatabaseOptions;
import io.hapax.tools.cli.PlainFailure;
import io.hapax.tools.cli.StreamOptions;
import io.hapax.tools.trail.OperatorTrail;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command that serves the operators' page until it is stopped. See docs/console.md. */
@Command(
        name = "console",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Serves the operators' page, which shows payments, accounts, incidents and what operators did.",
            "It changes nothing. It needs a file of logins: hapax console-logins add.",
            "Exit code: 2 it could not be done. It runs until it is stopped."
        })
public final class ConsoleCommand implements Callable<Integer> {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(8);

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ClusterOptions cluster;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private DatabaseOptions database;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private StreamOptions stream;

    @Option(
            names = "--ledger-group",
            defaultValue = "hapax-ledger",
            paramLabel = "GROUP",
            description = "Consumer group of the ledger. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String ledgerGroup;

    @Option(names = "--logins", required = true, paramLabel = "FILE", description = "File of the logins.")
    @SuppressWarnings("NullAway.Init")
    private Path logins;

    @Option(
            names = "--instance",
            paramLabel = "URL",
            description = "Admin port of an instance of an app, such as http://HOST:8080; may be repeated.")
    private List<URI> instances = List.of();

    @Option(
            names = "--address",
            defaultValue = "127.0.0.1",
            description =
                    "Address to listen on. Without --key-store, only one of this machine. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String address;

    @Option(names = "--port", defaultValue = "8443", description = "Port to listen on. Default: ${DEFAULT-VALUE}.")
    private String port = "";

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private TlsOptions tls;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        SslContextFactory.Server secured = tls.server();
        if (secured == null && !isOfThisMachine(address)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--address " + address + " can be reached from elsewhere, and passwords would pass unencrypted:"
                            + " give --key-store, or an address of this machine");
        }
        LoginFile file = new LoginFile(logins);
        file.read();
        try (Parts parts = new Parts(cluster, database);
                HttpClient http = HttpClient.newBuilder()
                        .connectTimeout(Duration.ofSeconds(2))
                        .build();
                ConsoleServer server = ConsoleServer.start(address, portNumber(), secured, routes(file, parts, http))) {
            spec.commandLine()
                    .getOut()
                    .println("console " + (secured == null ? "http" : "https") + "://" + address + ":" + server.port());
            Thread.currentThread().join();
            return 0;
        }
    }

    private Routes routes(LoginFile file, Parts parts, HttpClient http) {
        RefusedTries refused = new RefusedTries(() -> trail(parts));
        return new Routes(new Doors(file, Clock.systemUTC(), refused), pages(parts, http), refused);
    }

    private static OperatorTrail trail(Parts parts) {
        try {
            return OperatorTrail.on(parts.kafka(), parts.format());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlainFailure("interrupted", e);
        }
    }

    private Map<String, Page> pages(Parts parts, HttpClient http) {
        LedgerPages ledger = new LedgerPages(parts, Clock.systemUTC());
        TopicPages topics = new TopicPages(parts);
        Map<String, Page> pages = new LinkedHashMap<>();
        pages.put("now", new NowPage(parts, instances, stream.group(), ledgerGroup, http));
        pages.put("payment", new PaymentPage(parts));
        pages.put("accounts", ledger::accounts);
        pages.put("incidents", topics::incidents);
        pages.put("clients", topics::clients);
        pages.put("policies", topics::policies);
        pages.put("dead-letters", topics::deadLetters);
        pages.put("audit", topics::audit);
        pages.replaceAll((name, page) -> new BoundedPage(page, ANSWER_WITHIN));
        return pages;
    }

    private int portNumber() {
        try {
            int number = Integer.parseInt(port);
            if (number >= 0 && number <= 0xFFFF) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new ParameterException(spec.commandLine(), "--port " + port + " is no port: it is from 0 (any) to 65535");
    }

    private static boolean isOfThisMachine(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new PlainFailure("--address " + address + ": there is no such host", e);
        }
    }
}
