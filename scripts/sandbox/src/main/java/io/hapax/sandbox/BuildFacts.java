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
 * The facts that the build recorded about its machine: versions, and the paths of the registry's archive and the
 * broker's jars in Maven's repository. Neither the registry nor the broker is on the class path of those who use the
 * sandbox.
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

    /** What Maven resolved for the broker: the first part of its class path. */
    static String brokerJars() {
        String jars = fact("broker.classPath");
        for (String jar : jars.split(File.pathSeparator, -1)) {
            requireFile(Path.of(jar));
        }
        return jars;
    }

    /** The place that the sandbox's own classes were loaded from. */
    static Path ownLocation() {
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
