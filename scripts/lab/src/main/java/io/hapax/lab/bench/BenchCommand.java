package io.hapax.lab.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.hapax.sandbox.Folders;
import io.hapax.tools.cli.Positive;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command that runs benchmarks on real parts of their own. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures variants of each scenario in turn, on real parts of its own, and compares them"
                    + " as ratios within the run.",
            "For developers.",
            "Exit code: 0 measured, 2 it could not be done."
        })
public final class BenchCommand implements Callable<Integer> {
    /** The scenarios that can be measured. */
    enum Scenario {
        dedup,
        ledger,
        path,
        brokers,
        growth,
        rollover,
        recovery,
        serde,
        gateway
    }

    @Parameters(arity = "0..*", description = "Scenarios to measure: ${COMPLETION-CANDIDATES}. Default: all.")
    private List<Scenario> scenarios = List.of(Scenario.values());

    @Option(
            names = "--quick",
            description = "Measures with fewer events and rounds. It takes minutes, and the results are less certain.")
    private boolean quick;

    @Option(
            names = "--repeats",
            converter = Positive.class,
            description = "Number of rounds that count. Default: 5, with --quick 2.")
    private @Nullable Integer repeats;

    @Option(
            names = "--commands",
            paramLabel = "N",
            description = "Number of commands of a trial of dedup and path. Default: 5000000 and 150000, with"
                    + " --quick 200000 and 15000.")
    private @Nullable Integer commands;

    @Option(
            names = "--keys",
            split = ",",
            paramLabel = "N,...",
            description = "Numbers of remembered payments at which growth and recovery are measured. Default: 1, 5"
                    + " and 20 million for growth, 1 and 5 million for recovery.")
    private List<Long> keys = List.of();

    @Option(
            names = "--variants",
            split = ",",
            paramLabel = "NAME,...",
            description = "Variants of the dedup scenario: ${COMPLETION-CANDIDATES}. Default: all, with --quick"
                    + " without passThroughTuned, keyValue, hapaxWithRetries and hapaxWithInsight.")
    private Set<DedupBench.Variant> variants = EnumSet.noneOf(DedupBench.Variant.class);

    @Option(
            names = "--app-options",
            paramLabel = "OPTIONS",
            defaultValue = "-Xmx2g -XX:+UseG1GC",
            description = "JVM options of the apps and of the programs that they are compared with. Default:"
                    + " ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String appOptions;

    @Option(
            names = "--against",
            paramLabel = "FOLDER",
            description = "Folder with the unpacked archives of another build's apps, as scripts/older makes it. The"
                    + " scenarios dedup and path measure them as well, as the variant 'against'.")
    private @Nullable Path against;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of all random values. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--json", paramLabel = "FILE", description = "File for the results as JSON.")
    private @Nullable Path json;

    @Option(
            names = "--report",
            arity = "1..*",
            paramLabel = "FILE",
            description = "Measures nothing. Writes the results in these files into docs/performance.md.")
    private List<Path> report = List.of();

    @Option(
            names = "--page",
            defaultValue = "docs/performance.md",
            paramLabel = "FILE",
            description = "Page that --report writes. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Path page;

    @Option(
            names = "--folder",
            description = "Folder for the data of the parts, on the disk to be measured. Default: a temporary folder.")
    private @Nullable Path folder;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (!report.isEmpty()) {
            return write(out);
        }
        Map<String, Object> circumstances = circumstances();
        circumstances.forEach((name, value) -> out.println(name + ": " + value));
        Bench bench = new Bench(out, settings());
        Path place = folder == null ? Files.createTempDirectory("hapax-bench-") : folder.toAbsolutePath();
        boolean done = false;
        try {
            for (Scenario scenario : scenarios) {
                Path own = place.resolve(scenario.name());
                long start = System.nanoTime();
                switch (scenario) {
                    case dedup -> new DedupBench(bench).run(own);
                    case ledger -> new LedgerBench(bench).run(own);
                    case path -> new PathBench(bench).run(own);
                    case brokers -> new BrokersBench(bench).run(own);
                    case growth -> new GrowthBench(bench).run(own);
                    case rollover -> new GrowthBench(bench).rollOver(own);
                    case recovery -> new RecoveryBench(bench).run(own);
                    case serde -> new SerdeBench(bench).run(own);
                    case gateway -> new GatewayBench(bench).run(own);
                }
                Folders.delete(own);
                out.printf("(%s took %d s)%n", scenario, (System.nanoTime() - start) / 1_000_000_000);
                out.flush();
                // What has been measured is kept if the next one fails.
                if (json != null) {
                    write(json, bench, circumstances);
                }
            }
            done = true;
        } finally {
            if (done && folder == null) {
                Folders.delete(place);
            } else if (!done) {
                spec.commandLine().getErr().println("Data and logs are in " + place);
            }
        }
        return 0;
    }

    private int write(PrintWriter out) throws IOException {
        PerformancePage written = new PerformancePage(page.toAbsolutePath());
        for (Path results : report) {
            written.add(results);
        }
        written.write().forEach(name -> out.println(name + ": not in these files, left as it was"));
        out.flush();
        return 0;
    }

    private BenchSettings settings() {
        int rounds = repeats != null ? repeats : quick ? 2 : 5;
        return new BenchSettings(
                quick, rounds, seed, commands, keys, variants, List.of(appOptions.split(" ")), against);
    }

    private Map<String, Object> circumstances() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("machine", Machine.here().toString());
        all.put("commit", System.getProperty("hapax.commit", "unknown"));
        all.put("date", LocalDate.now(ZoneOffset.UTC).toString());
        all.put("quick", quick);
        all.put("repeats", settings().repeats());
        all.put("seed", seed);
        all.put("appOptions", appOptions);
        return all;
    }

    private static void write(Path file, Bench bench, Map<String, Object> circumstances) throws IOException {
        Map<String, Object> results = new LinkedHashMap<>();
        results.put("circumstances", circumstances);
        results.put("results", bench.results());
        results.put("scenarios", bench.measured());
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), results);
    }
}
