package io.hapax.sandbox;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Properties;

/**
 * What the build wrote down about the machine it ran on: versions, and where Maven put the archive of the registry and the
 * jars of the broker. Neither is on the class path of those who use the sandbox.
 */
final class BuildFacts {
    private static final Properties FACTS = read();

    private BuildFacts() {}

    static String registryVersion() {
        return fact("registry.version");
    }

    static Path registryArchive() {
        Path archive = Path.of(fact("registry.archive"));
        requireFile(archive);
        return archive;
    }

    static String postgresVersion() {
        return fact("postgres.version");
    }

    /** The broker's class path: what Maven resolved for it, and the place this class was loaded from. */
    static String brokerClassPath() {
        String jars = fact("broker.classPath");
        for (String jar : jars.split(File.pathSeparator, -1)) {
            requireFile(Path.of(jar));
        }
        return ownLocation() + File.pathSeparator + jars;
    }

    private static Path ownLocation() {
        try {
            return Path.of(BuildFacts.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String fact(String name) {
        return Objects.requireNonNull(FACTS.getProperty(name), name);
    }

    private static void requireFile(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new SandboxException(file + " is gone since hapax-sandbox was built; build the module again: "
                    + "mvn -pl scripts/sandbox package");
        }
    }

    private static Properties read() {
        Properties facts = new Properties();
        try (InputStream in =
                Objects.requireNonNull(BuildFacts.class.getResourceAsStream("build.properties"), "build.properties")) {
            facts.load(in);
        } catch (IOException e) {
            throw new IllegalStateException("build.properties of hapax-sandbox is unreadable", e);
        }
        return facts;
    }
}
