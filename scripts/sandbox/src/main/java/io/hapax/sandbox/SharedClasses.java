package io.hapax.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;

/**
 * An archive of the classes that a program's JVM loads while it starts (class data sharing). A start with it takes half
 * the processor time. The first one that has started lists its classes; the archive is then made once and kept in the
 * {@link Cache}. A JVM that can't use the archive starts without it.
 */
final class SharedClasses {
    /**
     * Arguments: archive, list, command. One at a time makes it; one that is ten minutes old has died. The list is
     * copied, since it lies in a folder that may be gone soon. Its last line may be half a line, since the program
     * still runs. If the JVM refuses, the archive is an empty file, so that it is not tried at each start.
     */
    private static final String MAKE = """
            archive=$1; list=$2; shift 2
            finish() { rm -f "$list"; exit; }
            find "$archive.making" -mmin +10 -exec rm {} +
            [ ! -e "$archive" ] && (set -C; : >"$archive.making") || finish
            if sed '$d' "$list" >"$archive.list"; then
                nice "$@" -XX:SharedClassListFile="$archive.list" -XX:SharedArchiveFile="$archive.part" || : >"$archive.part"
                mv "$archive.part" "$archive"
            fi
            rm -f "$archive.making" "$archive.list"
            finish
            """;

    /** As all who use an archive say. If the archive does not say so too, the JVM leaves out its modules. */
    private static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

    private final Path cache;
    private final String classPath;
    private final Path archive;

    /**
     * @param name of the program, the first part of the archive's name
     * @param classPath jars that the class path of each such JVM begins with: what follows them is not archived
     */
    SharedClasses(Path cache, String name, String classPath) {
        this.cache = cache;
        this.classPath = classPath;
        CRC32 sum = new CRC32();
        sum.update((System.getProperty("java.vm.version") + Java.program() + NATIVE_ACCESS + classPath)
                .getBytes(StandardCharsets.UTF_8));
        this.archive = cache.resolve(name + "-" + Long.toHexString(sum.getValue()) + ".jsa");
    }

    static SharedClasses of(String name, String classPath) {
        return new SharedClasses(Cache.ofUser().root(), name, classPath);
    }

    Path archive() {
        return archive;
    }

    /** Options of a JVM that is about to start: to use the archive or, while there is none, to list its classes. */
    List<String> options(Path list) throws IOException {
        if (!Files.exists(archive)) {
            return List.of("-XX:DumpLoadedClassList=" + list);
        }
        return Files.size(archive) == 0 ? List.of() : List.of("-XX:SharedArchiveFile=" + archive);
    }

    /**
     * Has the archive made if there is a list, which is deleted then. Nobody waits: a test may measure how soon the
     * program answers.
     */
    void makeFrom(Path list) throws IOException {
        if (!Files.exists(list)) {
            return;
        }
        Files.createDirectories(cache);
        new ProcessBuilder(
                        "sh",
                        "-c",
                        MAKE,
                        "hapax-shared-classes",
                        archive.toString(),
                        list.toString(),
                        Java.program(),
                        "-Xshare:dump",
                        "-XX:+UseSerialGC",
                        NATIVE_ACCESS,
                        "-cp",
                        classPath)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
