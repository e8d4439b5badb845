package io.hapax.lab;

import static java.util.Objects.requireNonNull;

import io.hapax.lab.bench.BenchCommand;
import io.hapax.lab.demo.DemoCommand;
import io.hapax.lab.demo.LatencyCommand;
import io.hapax.lab.simulation.SimulateCommand;
import io.hapax.lab.traffic.DrawCommand;
import io.hapax.lab.traffic.EvaluateCommand;
import io.hapax.lab.traffic.RetentionCommand;
import io.hapax.lab.traffic.SizeCommand;
import io.hapax.storm.StormCommand;
import io.hapax.tools.Hapax;
import java.io.Writer;
import picocli.CommandLine;

/** The command line of a checkout: operators' tools, demo, benchmarks, simulation, storm and traffic model. */
public final class Lab {
    private Lab() {}

    public static void main(String[] args) {
        System.exit(Hapax.run(args, Lab::add));
    }

    public static CommandLine commandLine(Writer out, Writer err) {
        return Hapax.commandLine(out, err, Lab::add);
    }

    private static void add(CommandLine hapax) {
        hapax.addSubcommand(new DemoCommand())
                .addSubcommand(new SimulateCommand())
                .addSubcommand(new StormCommand())
                .addSubcommand(new LatencyCommand())
                .addSubcommand(new BenchCommand());
        requireNonNull(hapax.getSubcommands().get("insight"))
                .addSubcommand(new EvaluateCommand())
                .addSubcommand(new RetentionCommand())
                .addSubcommand(new SizeCommand())
                .addSubcommand(new DrawCommand());
    }
}
