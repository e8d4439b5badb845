package io.hapax.tools.replay;

import io.hapax.serde.AvroFormat;
import io.hapax.tools.cli.ClusterOptions;
import io.hapax.tools.cli.OutputOptions;
import io.hapax.tools.cli.PlainFailure;
import io.hapax.tools.cli.Progress;
import io.hapax.tools.cli.Tally;
import io.hapax.tools.replay.ReplayLog.Line;
import io.hapax.tools.replay.ReplayLog.State;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command that sends payment commands again. See docs/reconciliation.md. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Sends commands of payment-commands again, with the same bytes, for operators.",
            "No balance changes: an executed command gets its stored answer. A command whose answer"
                    + " is forgotten is refused. Without --execute, it only counts the commands that it would"
                    + " send.",
            "Each run is noted in the topic replay-audit, with the name of the person. After a kill,"
                    + " --resume continues from there.",
            "Exit code: 0 done, 1 a command that was sent has no answer, 2 it could not be done."
        })
public final class ReplayCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ClusterOptions cluster;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Sends only commands appended at this time or later, in ISO 8601.")
    private @Nullable Instant since;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "Sends only commands appended before this time, in ISO 8601.")
    private @Nullable Instant until;

    @Option(
            names = "--from",
            split = ",",
            paramLabel = "PARTITION=OFFSET",
            description = "First offset of a partition. Default: the start of the partition.")
    private Map<Integer, Long> from = Map.of();

    @Option(
            names = "--to",
            split = ",",
            paramLabel = "PARTITION=OFFSET",
            description = "Offset of a partition before which to stop. Default: the end of the partition.")
    private Map<Integer, Long> to = Map.of();

    @Option(names = "--partition", split = ",", description = "Sends only commands of these partitions. Default: all.")
    private Set<Integer> partitions = Set.of();

    @Option(
            names = "--client",
            split = ",",
            paramLabel = "ID",
            description = "Sends only commands of these clients. Default: all.")
    private Set<String> clients = Set.of();

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "Sends only commands with this idempotency key. May be given several times.")
    private Set<String> keys = Set.of();

    @Option(names = "--execute", description = "Sends the commands. Without this option, they are only counted.")
    private boolean execute;

    @Option(
            names = "--rate",
            defaultValue = "1000",
            paramLabel = "PER_SECOND",
            description = "Largest number of commands per second; 0: no limit. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(names = "--resume", paramLabel = "RUN", description = "Continues this run, which was killed.")
    private @Nullable String resume;

    @Option(
            names = "--who",
            defaultValue = "${sys:user.name}",
            description = "Person who asks for the replay, as noted in replay-audit. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String who;

    @Option(
            names = "--wait",
            defaultValue = "1m",
            paramLabel = "TIME",
            description = "Time to wait for the next answer. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration patience;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OutputOptions output;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** The result of a replay. */
    private record Result(
            @Nullable String run, boolean executed, long commands, long answered, Map<String, Long> verdicts) {}

    @Override
    public Integer call() throws IOException {
        Map<String, Object> client = cluster.client();
        ReplayLog log = new ReplayLog(client);
        try (Progress progress = output.progress()) {
            Replay replay = new Replay(client, cluster.format(), log, Clock.systemUTC(), progress);
            return execute ? send(replay, log, client, cluster.format(), progress) : dryRun(replay, client);
        }
    }

    private int dryRun(Replay replay, Map<String, Object> client) {
        if (resume != null) {
            throw new ParameterException(spec.commandLine(), "--resume goes with --execute");
        }
        long commands = replay.dryRun(selection(client));
        if (commands == 0) {
            throw nothingSelected();
        }
        print(new Result(null, false, commands, 0, Map.of()), commands + " commands would be sent (--execute does it)");
        return 0;
    }

    private int send(Replay replay, ReplayLog log, Map<String, Object> client, AvroFormat format, Progress progress) {
        Line begun = resume == null ? begin(client) : goOn(log, resume);
        if (resume == null && begun.what().selectsNothing()) {
            throw nothingSelected();
        }
        try (ReplayAnswers answers = new ReplayAnswers(client, format)) {
            log.create();
            if (output.isForPeople()) {
                out().println("replay " + begun.run() + "; if it is killed: --execute --resume " + begun.run());
                out().flush();
            }
            progress.phase("Sending", -1);
            SentCommands sent = replay.execute(begun, rate);
            if (resume == null && sent.count() == 0) {
                throw nothingSelected();
            }
            Map<String, Long> verdicts = answers.await(sent, patience);
            progress.close();
            print(
                    new Result(begun.run(), true, sent.count(), answers.answered(), verdicts),
                    sent.count() + " commands sent, " + answers.answered() + " answered: " + Tally.text(verdicts));
            return answers.answered() == sent.count() ? 0 : 1;
        }
    }

    private static PlainFailure nothingSelected() {
        return new PlainFailure(
                "payment-commands holds no command that is selected and was not sent by a replay: nothing"
                        + " to send");
    }

    private Line begin(Map<String, Object> client) {
        ReplaySelection selection = selection(client);
        return new Line(
                UUID.randomUUID().toString(),
                State.STARTED,
                who,
                Clock.systemUTC().instant(),
                selection,
                selection.from(),
                0,
                String.join(" ", spec.commandLine().getParseResult().originalArgs()));
    }

    private Line goOn(ReplayLog log, String run) {
        Line last = log.last(run)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "there is no replay " + run + " in " + ReplayLog.TOPIC));
        return new Line(
                run, State.CONTINUED, who, Clock.systemUTC().instant(), last.what(), last.next(), last.sent(), null);
    }

    private ReplaySelection selection(Map<String, Object> client) {
        Map<Integer, Long> starts = new TreeMap<>();
        Map<Integer, Long> ends = new TreeMap<>();
        try (TopicTail tail = new TopicTail(client, Topic.PAYMENT_COMMANDS)) {
            tail.starts()
                    .forEach((partition, start) ->
                            starts.put(partition, Math.max(start, from.getOrDefault(partition, 0L))));
            tail.ends()
                    .forEach((partition, end) -> ends.put(partition, Math.min(end, to.getOrDefault(partition, end))));
        }
        if (!partitions.isEmpty()) {
            ends.replaceAll((partition, end) -> partitions.contains(partition) ? end : 0L);
        }
        return new ReplaySelection(since, until, starts, ends, clients, keys);
    }

    private void print(Result result, String text) {
        output.print(result, out -> out.println(text));
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
