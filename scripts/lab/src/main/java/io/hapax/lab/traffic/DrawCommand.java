package io.hapax.lab.traffic;

import io.hapax.insight.Cause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command that draws the pictures of docs/insight.md. */
@Command(
        name = "draw",
        mixinStandardHelpOptions = true,
        description = {
            "Draws the pictures of docs/insight.md from a run of the traffic model, for developers.",
            "Exit code: 0 drawn, 2 it could not be done."
        })
public final class DrawCommand implements Callable<Integer> {
    @Option(names = "--to", required = true, paramLabel = "FOLDER", description = "Folder for the pictures.")
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of the traffic model. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public Integer call() throws IOException {
        Duration before = Duration.ofHours(1);
        Files.writeString(
                folder.resolve("replay-attack.svg"),
                IncidentPicture.draw(Cause.RECORDED_COMMANDS_FROM_ELSEWHERE, seed, before, Duration.ofHours(1)));
        Files.writeString(
                folder.resolve("retry-loop.svg"),
                IncidentPicture.draw(Cause.LOOP_WITH_FIXED_DELAY, seed, before, Duration.ofHours(4)));
        return 0;
    }
}
