package io.hapax.tools.console;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command that takes a login away. Its sessions end at once. */
@Command(
        name = "remove",
        mixinStandardHelpOptions = true,
        description = {
            "Takes a login away. Its sessions end at once.",
            "Exit code: 0 removed, 1 there is no such login, 2 it could not be done."
        })
final class RemoveLoginCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Name of the person.")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Option(names = "--logins", required = true, paramLabel = "FILE", description = "File of the logins.")
    @SuppressWarnings("NullAway.Init")
    private Path logins;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        LoginFile file = new LoginFile(logins);
        List<Login> all = new ArrayList<>(file.read());
        boolean isThere = all.removeIf(login -> login.name().equals(name));
        if (isThere) {
            file.write(all);
        }
        spec.commandLine().getOut().println(isThere ? "removed " + name : "there is no login " + name);
        return isThere ? 0 : 1;
    }
}
