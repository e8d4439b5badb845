package io.hapax.tools.console;

import io.hapax.tools.cli.PlainFailure;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command that adds a login, or replaces one. A running console knows it at once. */
@Command(
        name = "add",
        mixinStandardHelpOptions = true,
        description = {
            "Adds a login for a person, or replaces it with another password or role.",
            "Sessions of a login that is replaced end at once.",
            "Exit code: 0 added, 2 it could not be done."
        })
final class AddLoginCommand implements Callable<Integer> {
    private static final int SHORTEST = 12;
    private static final int LONGEST = 256;

    @Parameters(paramLabel = "NAME", description = "Name of the person: 1 to 64 of A-Z a-z 0-9 . _ @ -")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Option(names = "--logins", required = true, paramLabel = "FILE", description = "File of the logins.")
    @SuppressWarnings("NullAway.Init")
    private Path logins;

    @Option(
            names = "--role",
            defaultValue = "LOOK",
            description = "Role of the login: ${COMPLETION-CANDIDATES}. The page has no actions yet: both see the same."
                    + " Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Role role;

    @Option(
            names = "--password",
            interactive = true,
            arity = "0..1",
            defaultValue = "${env:HAPAX_CONSOLE_PASSWORD}",
            description = "Password of the login, of 12 to 256 characters. Without a value, the command asks for it."
                    + " Default: the environment variable HAPAX_CONSOLE_PASSWORD.")
    private char @Nullable [] password;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (!Login.isName(name)) {
            throw new PlainFailure(
                    "nothing added: a name is 1 to 64 of A-Z a-z 0-9 . _ @ - and begins with a letter or" + " digit");
        }
        if (password == null || password.length < SHORTEST || password.length > LONGEST) {
            throw new PlainFailure("nothing added: a password has " + SHORTEST + " to " + LONGEST + " characters");
        }
        LoginFile file = new LoginFile(logins);
        List<Login> all = new ArrayList<>(file.exists() ? file.read() : List.of());
        boolean isNew = !all.removeIf(login -> login.name().equals(name));
        all.add(new Login(name, role, PasswordHash.of(password, new SecureRandom())));
        file.write(all);
        spec.commandLine().getOut().println((isNew ? "added " : "replaced ") + name + ", who may " + words());
        return 0;
    }

    private String words() {
        return switch (role) {
            case LOOK -> "look";
            case ACT -> "look and act";
        };
    }
}
