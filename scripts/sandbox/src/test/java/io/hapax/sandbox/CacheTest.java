package io.hapax.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheTest {
    @TempDir
    Path root;

    private Cache cache;

    @BeforeEach
    void open() {
        cache = new Cache(root);
    }

    @Test
    void shouldUnpackFilesLinksAndPermissions() throws Exception {
        Path folder = cache.unpacked("tool", () -> new ByteArrayInputStream(archive("bin/tool")));

        assertEquals("content of bin/tool", Files.readString(folder.resolve("bin/tool")));
        assertTrue(Files.isExecutable(folder.resolve("bin/tool")));
        assertEquals(Path.of("tool"), Files.readSymbolicLink(folder.resolve("bin/tool.link")));
    }

    @Test
    void shouldUnpackOnlyOnce() throws Exception {
        Path first = cache.unpacked("tool", () -> new ByteArrayInputStream(archive("tool")));
        Path second = cache.unpacked("tool", () -> {
            throw new IOException("opened again");
        });

        assertEquals(first, second);
    }

    @Test
    void shouldNotUseWhatIsHalfUnpacked() throws Exception {
        byte[] whole = archive("tool");
        byte[] half = Arrays.copyOf(whole, whole.length / 2);

        assertThrows(IOException.class, () -> cache.unpacked("tool", () -> new ByteArrayInputStream(half)));
        Path folder = cache.unpacked("tool", () -> new ByteArrayInputStream(whole));

        assertEquals("content of tool", Files.readString(folder.resolve("tool")));
        assertEquals(List.of(folder), foldersInCache());
    }

    @Test
    void shouldAnswerAlikeWhenTwoUnpackAtOnce() throws Exception {
        CyclicBarrier bothOpen = new CyclicBarrier(2);
        Cache.Archive archive = () -> {
            await(bothOpen);
            return new ByteArrayInputStream(archive("tool"));
        };

        try (ExecutorService both = Executors.newFixedThreadPool(2)) {
            Future<Path> one = both.submit(() -> cache.unpacked("tool", archive));
            Future<Path> other = both.submit(() -> cache.unpacked("tool", archive));

            assertEquals(one.get(), other.get());
            assertEquals("content of tool", Files.readString(one.get().resolve("tool")));
        }
        assertEquals(1, foldersInCache().size());
    }

    @Test
    void shouldRefuseAnArchiveThatWritesOutsideItsFolder() {
        assertThrows(
                IOException.class,
                () -> cache.unpacked("tool", () -> new ByteArrayInputStream(archive("../elsewhere"))));

        assertFalse(Files.exists(root.resolve("elsewhere")));
    }

    private List<Path> foldersInCache() throws IOException {
        try (Stream<Path> folders = Files.list(root)) {
            return folders.toList();
        }
    }

    private static void await(CyclicBarrier barrier) throws IOException {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** One executable file, and a link beside it. */
    private static byte[] archive(String file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            byte[] content = ("content of " + file).getBytes(StandardCharsets.UTF_8);
            TarArchiveEntry entry = new TarArchiveEntry(file, true);
            entry.setMode(0755);
            entry.setSize(content.length);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
            TarArchiveEntry link = new TarArchiveEntry(file + ".link", TarConstants.LF_SYMLINK, true);
            link.setLinkName(Path.of(file).getFileName().toString());
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }
}
