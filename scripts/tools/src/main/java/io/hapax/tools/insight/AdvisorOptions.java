package io.hapax.tools.insight;

import io.hapax.insight.RetentionAdvisor;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Options for the advice on retentions. The insight app has settings of the same meaning. */
public final class AdvisorOptions {
    @Option(
            names = "--longest",
            defaultValue = "24h",
            description = "Longest retention that is advised. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration longest;

    @Option(
            names = "--recall",
            defaultValue = "45d",
            description = "Age up to which an unknown key is looked up in the ledger. With 0s such a key is"
                    + " refused. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration recall;

    @Option(
            names = "--refused",
            converter = Chance.class,
            defaultValue = "1e-6",
            description = "Allowed chance that an honest command is refused. Default: ${DEFAULT-VALUE}.")
    private double refused;

    @Option(
            names = "--asked",
            converter = Chance.class,
            defaultValue = "1e-3",
            description = "Allowed chance that the ledger is asked, if there is a recall. Default: ${DEFAULT-VALUE}.")
    private double asked;

    public RetentionAdvisor advisor() {
        return new RetentionAdvisor(RetentionAdvisor.SHORTEST, longest, refused, asked, recall);
    }
}
