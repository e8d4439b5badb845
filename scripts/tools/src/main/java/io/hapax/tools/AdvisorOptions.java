package io.hapax.tools;

import io.hapax.stream.insight.RetentionAdvisor;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How retentions are advised; the insight app has settings of the same meaning. */
final class AdvisorOptions {
    @Option(
            names = "--longest",
            defaultValue = "PT24H",
            description = "Longest retention, ISO 8601. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration longest;

    @Option(
            names = "--recall",
            defaultValue = "P45D",
            description =
                    "How old a key is looked up in the ledger, ISO 8601; PT0S: it is refused. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Duration recall;

    @Option(names = "--refused", defaultValue = "1e-6", description = "Chance of a refusal. Default: ${DEFAULT-VALUE}.")
    private double refused;

    @Option(
            names = "--asked",
            defaultValue = "1e-3",
            description = "Chance that the ledger is asked, with a recall. Default: ${DEFAULT-VALUE}.")
    private double asked;

    RetentionAdvisor advisor() {
        return new RetentionAdvisor(RetentionAdvisor.SHORTEST, longest, refused, asked, recall);
    }
}
