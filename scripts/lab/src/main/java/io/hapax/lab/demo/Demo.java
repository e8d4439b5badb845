package io.hapax.lab.demo;

import io.hapax.ledger.book.AccountTerms;
import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.Sandbox;
import io.hapax.schemas.PaymentCommand;
import io.hapax.stream.StreamApp;
import io.hapax.tools.cli.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** The journey of many payments: start the real parts and the apps, open accounts, send, wait, show, verify. */
final class Demo {
    /** Commands without an answer at most: later retries find their payment settled, as they mostly do in life. */
    private static final int MOST_UNANSWERED = 2_000;

    /** Time to wait for answers. It is longer than the time until Kafka notices that an app was killed. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Options options;
    private final PrintWriter out;
    private final PrintWriter err;

    /**
     * The options of a demo.
     *
     * @param folder folder in which all parts keep their data and logs
     * @param now time at which the payments are first sent
     * @param file payments to send; null: the demo's own sample and {@code count} generated payments
     * @param retries share of the payments that are sent again
     * @param conflicts share of the payments whose key is used again with another amount
     * @param twoSteps share of the payments that are made in two steps
     * @param openingBalance opening balance of every account that the payments name, in units of the currency
     * @param brokers number of brokers, 1 or 3
     * @param kills whether both apps are killed during the run, and one of several brokers
     * @param deduplicates false: the guarantee is switched off, and the verification must fail
     */
    record Options(
            Path folder,
            Instant now,
            @Nullable PaymentFile file,
            int count,
            double retries,
            double conflicts,
            double twoSteps,
            long seed,
            String currency,
            long openingBalance,
            int brokers,
            int partitions,
            boolean kills,
            boolean deduplicates) {}

    /** A visit to the running demo. It keeps the demo up until it ends. */
    @FunctionalInterface
    interface Visit {
        void stay(DemoWorld world) throws InterruptedException;
    }

    Demo(Options options, PrintWriter out, PrintWriter err) {
        this.options = options;
        this.out = out;
        this.err = err;
    }

    /** Runs it; true if every check holds. */
    boolean run(Visit visit) throws IOException, SQLException, InterruptedException {
        Sample sample = new Sample(options.now());
        PaymentFile file = options.file();
        List<PaymentCommand> payments =
                file == null ? sample.generated(options.count(), options.seed()) : file.payments();
        TwoSteps steps = TwoSteps.of(payments, options.twoSteps(), options.seed(), options.now());

        say("Starting " + (options.brokers() == 1 ? "broker" : options.brokers() + " brokers")
                + ", schema registry and PostgreSQL in " + options.folder());
        Class<?> streamApp = options.deduplicates() ? StreamApp.class : UndeduplicatedStreamApp.class;
        DemoWorld world = DemoWorld.start(
                options.folder(),
                options.brokers(),
                options.partitions(),
                streamApp,
                Map.of("two.steps", "true", "guards", "true"));
        // For Ctrl-C: nothing is left running.
        Thread ending = new Thread(world::close, "end-of-demo");
        Runtime.getRuntime().addShutdownHook(ending);
        try {
            boolean holds = run(world, sample, payments, steps);
            visit.stay(world);
            return holds;
        } finally {
            leave(world, ending);
        }
    }

    /**
     * Closes the world, except after a signal. Then the hook ends the process, and other failures follow from that.
     */
    private static void leave(DemoWorld world, Thread ending) throws InterruptedException {
        if (world.isClosing()) {
            new CountDownLatch(1).await();
        }
        Runtime.getRuntime().removeShutdownHook(ending);
        world.close();
    }

    private boolean run(DemoWorld world, Sample sample, List<PaymentCommand> payments, TwoSteps steps)
            throws SQLException {
        openAccounts(world, sample, payments);
        say("Starting stream-app and ledger-consumer, logs in "
                + world.streamApp().log().getParent());
        world.startApps();
        send(world, sample, steps);

        DemoEvidence evidence = DemoEvidence.read(world.kafka(), world.format());
        Report report = new Report(out);
        try (Connection database = world.connect()) {
            List<DemoCheck> checks = new Verification(evidence, steps.plans(), database).run();
            report.answers(evidence);
            report.balances(database);
            report.checks(checks);
            boolean holds = checks.stream().allMatch(DemoCheck::holds);
            out.printf("%n%s%n", holds ? "Every payment happened once." : "THE PROMISE IS BROKEN.");
            out.flush();
            return holds;
        }
    }

    private void openAccounts(DemoWorld world, Sample sample, List<PaymentCommand> payments) throws SQLException {
        List<AccountTerms> terms = new ArrayList<>(AccountsOfPayments.of(payments, options.openingBalance()));
        if (options.file() == null) {
            terms.addAll(sample.accounts());
        }
        say("Opening " + terms.size() + " accounts");
        world.openAccounts(terms);
        if (options.file() == null) {
            world.closeAccount(Sample.CLOSED_ACCOUNT);
        }
    }

    private void send(DemoWorld world, Sample sample, TwoSteps steps) {
        List<Sending> first = options.file() == null ? sample.first() : List.of();
        List<Sending> then = options.file() == null ? sample.then() : List.of();
        Traffic traffic = new Traffic(options.seed());
        List<Sending> payments = traffic.of(steps.first(), options.retries(), options.conflicts());
        List<Sending> secondSteps = traffic.of(steps.second(), options.retries(), 0);
        int all = first.size() + then.size() + payments.size() + secondSteps.size();
        Map<Long, Runnable> kills = kills(world, all);
        try (ProgressBar bar = progressBar(all);
                Answers answers = new Answers(world.kafka(), PATIENCE, bar::stepTo);
                Clients clients = new Clients(world, options.seed())) {
            first.forEach(clients::send);
            answers.await(clients.flush());
            then.forEach(clients::send);
            send(payments, clients, answers, kills);
            // A client waits for its reservation before it captures or voids.
            send(secondSteps, clients, answers, kills);
        } catch (Answers.UnansweredException e) {
            // The checks name what is missing.
            err.println(e.getMessage() + "; logs: " + world.streamApp().log() + ", "
                    + world.ledgerConsumer().log());
        }
    }

    private static void send(List<Sending> traffic, Clients clients, Answers answers, Map<Long, Runnable> kills) {
        for (Sending sending : traffic) {
            if (clients.sent() >= MOST_UNANSWERED) {
                answers.await(clients.sent() - MOST_UNANSWERED);
            }
            clients.send(sending);
            kills.getOrDefault(clients.sent(), () -> {}).run();
        }
        answers.await(clients.flush());
    }

    /** What is killed, by the number of commands sent before. All die while many commands are in progress. */
    private Map<Long, Runnable> kills(DemoWorld world, long commands) {
        Map<Long, Runnable> kills = new LinkedHashMap<>();
        if (options.kills()) {
            kills.put(commands / 3, () -> killAndStartAgain(world.streamApp()));
            kills.put(commands * 2 / 3, () -> killAndStartAgain(world.ledgerConsumer()));
            if (options.brokers() > 1) {
                kills.put(commands / 2, () -> killBrokerAndStartAgain(world.sandbox()));
            }
        }
        return kills;
    }

    private void killAndStartAgain(AppProcess victim) {
        sayKilled(victim.name());
        victim.kill();
        victim.start();
    }

    /** The first one, which is a controller, and leads its share of the partitions. */
    private void killBrokerAndStartAgain(Sandbox sandbox) {
        sayKilled("broker 1");
        sandbox.broker(1).kill();
        sandbox.broker(1).start();
    }

    private void sayKilled(String victim) {
        say("");
        say("kill -9 " + victim + ", and start it again on the same folder");
    }

    private static ProgressBar progressBar(long commands) {
        ProgressBarBuilder bar = new ProgressBarBuilder()
                .setTaskName("Answered")
                .setInitialMax(commands)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(500)
                .setMaxRenderedLength(100)
                .showSpeed();
        return Terminal.isThere()
                ? bar.build()
                : bar.setConsumer(new DelegatingProgressBarConsumer(line -> {})).build();
    }

    private void say(String what) {
        err.println(what);
        err.flush();
    }
}
