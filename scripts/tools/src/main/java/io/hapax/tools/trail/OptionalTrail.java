package io.hapax.tools.trail;

import io.hapax.tools.cli.KafkaOptions;
import io.hapax.tools.cli.RegistryOptions;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of a command that needs no cluster for its work, and one for the record of it. */
public final class OptionalTrail {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private KafkaOptions kafka;

    @Option(
            names = "--registry",
            paramLabel = "URL",
            description = "URL of the schema registry. With --bootstrap-servers, the change is recorded on"
                    + " operator-audit.")
    private @Nullable String registry;

    /** The trail on the cluster that was given. Without one, the command says that its change is not recorded. */
    public OperatorTrail open(PrintWriter err) {
        if (registry == null || !kafka.isGiven()) {
            err.println("not recorded on operator-audit: that needs --bootstrap-servers and --registry");
            return OperatorTrail.NONE;
        }
        return OperatorTrail.on(kafka.client(), RegistryOptions.format(registry));
    }
}
