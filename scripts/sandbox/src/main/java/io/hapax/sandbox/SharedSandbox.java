package io.hapax.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The sandbox of this JVM's tests: made when first asked for, thrown away when the JVM ends. */
final class SharedSandbox {
    private static @Nullable Sandbox sandbox;

    private SharedSandbox() {}

    static synchronized Sandbox with(Part... parts) {
        Set<Part> wanted = parts.length == 0 ? EnumSet.allOf(Part.class) : EnumSet.copyOf(List.of(parts));
        Sandbox shared = sandbox;
        if (shared == null) {
            shared = Sandbox.builder(newFolder()).with(parts).start();
            sandbox = shared;
            Runtime.getRuntime().addShutdownHook(new Thread(shared::discard, "discard-sandbox"));
        } else {
            shared.startParts(wanted);
        }
        return shared;
    }

    /** Under {@code target} when run from a Maven module, so that {@code mvn clean} takes what a killed JVM left. */
    static Path newFolder() {
        Path target = Path.of("target").toAbsolutePath();
        try {
            return Files.isDirectory(target)
                    ? Files.createTempDirectory(target, "sandbox-")
                    : Files.createTempDirectory("hapax-sandbox-");
        } catch (IOException e) {
            throw new SandboxException("cannot make a folder for the shared sandbox", e);
        }
    }
}
