package io.hapax.storm;

import io.hapax.storm.history.RunEnd.ToolVerdict;
import io.hapax.storm.parts.ReadyParts;
import io.hapax.storm.world.StormSettings;
import io.hapax.tools.Hapax;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** The operators' own tools, asked at the end whether all is well. */
final class OperatorTools {
    private OperatorTools() {}

    static List<ToolVerdict> on(ReadyParts parts) {
        return List.of(
                run(parts, true, "reconcile"),
                run(parts, false, "audit", "--retention", StormSettings.RETENTION.toSeconds() + "s"));
    }

    private static ToolVerdict run(ReadyParts parts, boolean asksDatabase, String... command) {
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(List.of(
                "--bootstrap-servers",
                parts.sandbox().bootstrapServers(),
                "--registry",
                parts.sandbox().registryUrl()));
        if (asksDatabase) {
            words.addAll(List.of(
                    "--jdbc-url",
                    parts.sandbox().jdbcUrl(),
                    "--jdbc-user",
                    parts.sandbox().user(),
                    "--jdbc-password=" + parts.sandbox().password()));
        }
        StringWriter screen = new StringWriter();
        int exitCode = Hapax.commandLine(screen, screen, more -> {}).execute(words.toArray(String[]::new));
        return new ToolVerdict(command[0], exitCode, screen.toString());
    }
}
