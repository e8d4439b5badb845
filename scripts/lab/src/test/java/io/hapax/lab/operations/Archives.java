package io.hapax.lab.operations;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hapax.lab.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The archives that the build made. */
final class Archives {
    private Archives() {}

    /**
     * The folder of a module's archive, unpacked into another one. With {@code mvn verify} the archives are built
     * before; with {@code mvn test} alone there may be none, and the test is skipped.
     */
    static Path unpack(String app, Path into) throws Exception {
        Path archive;
        try (Stream<Path> built = Files.list(Repository.ROOT.resolve(app).resolve("target"))) {
            archive = built.filter(file -> file.toString().endsWith(".tar.gz"))
                    .findFirst()
                    .orElse(null);
        }
        assumeTrue(archive != null, "the archive of " + app + " is not built: mvn package builds it");
        Program.run("tar", "xzf", archive.toString(), "-C", into.toString());
        return into.resolve("hapax-" + app.replace("scripts/", ""));
    }
}
