package io.hapax.sandbox;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;

/**
 * A distribution unpacked once per user into a cache folder and shared by all sandboxes. The folder appears under its name
 * only when it is whole (unpacked beside, then renamed), so neither a crash nor two processes at once leave half of it.
 */
final class Unpacked {
    private Unpacked() {}

    /** Opens the archive: a compressed tar, gzip or xz. */
    interface Archive {
        InputStream open() throws IOException;
    }

    static Path once(String name, Archive archive) throws IOException {
        Path folder = cache().resolve(name);
        if (Files.isDirectory(folder)) {
            return folder;
        }
        Files.createDirectories(cache());
        Path beside = Files.createTempDirectory(cache(), name + ".part-");
        try (InputStream in = archive.open()) {
            unpack(in, beside);
            rename(beside, folder);
        } finally {
            Folders.delete(beside);
        }
        return folder;
    }

    private static void rename(Path beside, Path folder) throws IOException {
        try {
            Files.move(beside, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException otherProcessWasFaster) {
            // Theirs is whole as well: a folder only ever appears by such a rename.
            return;
        }
    }

    private static void unpack(InputStream in, Path folder) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new BufferedInputStream(
                new CompressorStreamFactory().createCompressorInputStream(new BufferedInputStream(in))))) {
            TarArchiveEntry entry;
            while ((entry = tar.getNextEntry()) != null) {
                write(tar, entry, folder);
            }
        } catch (CompressorException e) {
            throw new IOException(e);
        }
    }

    private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path folder) throws IOException {
        Path target = inside(folder, folder.resolve(entry.getName()));
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.resolveSibling("."));
        if (entry.isSymbolicLink()) {
            inside(folder, target.resolveSibling(entry.getLinkName()));
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, target);
        if ((entry.getMode() & 0100) != 0) {
            var permissions = EnumSet.copyOf(Files.getPosixFilePermissions(target));
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
            Files.setPosixFilePermissions(target, permissions);
        }
    }

    private static Path inside(Path folder, Path target) throws IOException {
        if (!target.normalize().startsWith(folder)) {
            throw new IOException("archive entry leaves its folder: " + target);
        }
        return target.normalize();
    }

    /** {@code ~/.cache/hapax-sandbox}, or what the environment variables {@code HAPAX_CACHE} or {@code XDG_CACHE_HOME} say. */
    private static Path cache() {
        return variable("HAPAX_CACHE")
                .or(() -> variable("XDG_CACHE_HOME").map(base -> base.resolve("hapax-sandbox")))
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "hapax-sandbox"))
                .toAbsolutePath()
                .normalize();
    }

    private static Optional<Path> variable(String name) {
        return Optional.ofNullable(System.getenv(name))
                .filter(value -> !value.isBlank())
                .map(Path::of);
    }
}
