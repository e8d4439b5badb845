package io.hapax.sandbox;

import java.nio.file.Path;

/** The JDK that runs this JVM; its children run on the same one. */
final class Java {
    private Java() {}

    static String program() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
