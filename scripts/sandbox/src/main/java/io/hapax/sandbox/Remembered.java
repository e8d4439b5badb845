package io.hapax.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import java.util.function.Supplier;

/**
 * The file in a sandbox's folder that makes a restart the same sandbox: ports and ids, each chosen once. Which are
 * there depends on the parts that were ever started.
 */
final class Remembered {
    private final Path file;
    private final Properties facts = new Properties();

    private Remembered(Path file) {
        this.file = file;
    }

    static Remembered in(Path folder) throws IOException {
        Remembered remembered = new Remembered(folder.resolve("sandbox.properties"));
        if (Files.exists(remembered.file)) {
            try (InputStream in = Files.newInputStream(remembered.file)) {
                remembered.facts.load(in);
            }
        }
        return remembered;
    }

    int port(String name) {
        return Integer.parseInt(fact(name + ".port", () -> Integer.toString(LocalPort.pickFree())));
    }

    synchronized String fact(String name, Supplier<String> whenUnknown) {
        String known = facts.getProperty(name);
        if (known != null) {
            return known;
        }
        String chosen = whenUnknown.get();
        facts.setProperty(name, chosen);
        write();
        return chosen;
    }

    synchronized boolean knows(String name) {
        return facts.containsKey(name);
    }

    /** So that another one is picked when it is asked for next. */
    synchronized void forgetPort(String name) {
        facts.remove(name + ".port");
        write();
    }

    Path file() {
        return file;
    }

    private void write() {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try {
            try (OutputStream out = Files.newOutputStream(beside)) {
                facts.store(out, null);
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new SandboxException("cannot write " + file, e);
        }
    }
}
