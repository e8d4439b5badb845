package io.hapax.storm.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that a small disk is full when it is filled, and gone when it is closed. Only root of Linux can have one. */
class SmallDiskTest {
    @TempDir
    private Path temporary;

    @Test
    void shouldBeFullUntilItIsFreedAndGoneWhenItIsClosed() throws IOException {
        Path folder = temporary.resolve("disk");
        Optional<SmallDisk> mounted = SmallDisk.on(folder, 1);
        assumeTrue(mounted.isPresent());
        SmallDisk disk = mounted.orElseThrow();
        assertTrue(isMounted(folder));
        disk.fill();
        assertThrows(IOException.class, () -> Files.write(folder.resolve("more"), new byte[100_000]));
        disk.free();
        Files.write(folder.resolve("more"), new byte[100_000]);
        disk.close();
        assertFalse(isMounted(folder));
        assertFalse(Files.exists(folder.resolve("more")));
    }

    @Test
    void shouldBeEmptyWhereNothingCanBeMounted() throws IOException {
        assertEquals(Optional.empty(), SmallDisk.on(temporary.resolve("no size"), -1));
    }

    private static boolean isMounted(Path folder) throws IOException {
        return Files.readString(Path.of("/proc/mounts")).contains(folder.toString());
    }
}
