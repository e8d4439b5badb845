package io.hapax.sandbox;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A class path in two parts, joined as a command line has them.
 *
 * @param libraries jars that are the same from build to build, so that their classes can be
 *     {@linkplain SharedClasses shared}
 * @param own classes and jars of this project
 */
record ClassPath(String libraries, String own) {
    static ClassPath ofThisJvm() {
        Map<Boolean, List<String>> parts = Arrays.stream(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .collect(Collectors.partitioningBy(ClassPath::isLibrary));
        return new ClassPath(
                String.join(File.pathSeparator, parts.get(true)), String.join(File.pathSeparator, parts.get(false)));
    }

    /** The libraries come first: only so can their classes be shared. */
    @Override
    public String toString() {
        return libraries + File.pathSeparator + own;
    }

    private static boolean isLibrary(String entry) {
        Path path = Path.of(entry);
        return Files.isRegularFile(path) && !path.getFileName().toString().startsWith("hapax-");
    }
}
