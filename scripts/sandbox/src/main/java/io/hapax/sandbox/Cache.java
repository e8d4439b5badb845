package io.hapax.sandbox;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
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
 * Distributions unpacked once and shared by all sandboxes of a user. A folder appears under its name only when it is
 * whole (unpacked beside, then renamed), so neither a crash nor two processes at once leave half of it.
 */
final class Cache {
    private final Path root;

    Cache(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /**
     * {@code ~/.cache/hapax-sandbox}, or what the environment variables {@code HAPAX_CACHE} or {@code XDG_CACHE_HOME}
     * say.
     */
    static Cache ofUser() {
        return new Cache(variable("HAPAX_CACHE")
                .or(() -> variable("XDG_CACHE_HOME").map(base -> base.resolve("hapax-sandbox")))
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "hapax-sandbox")));
    }

    Path root() {
        return root;
    }

    /** A source of an archive, which is a compressed tar: gzip or xz. */
    interface Archive {
        InputStream open() throws IOException;
    }

    /** The folder with the unpacked archive; only the first call for a name opens the archive. */
    Path unpacked(String name, Archive archive) throws IOException {
        Path folder = root.resolve(name);
        if (Files.isDirectory(folder)) {
            return folder;
        }
        Files.createDirectories(root);
        Path beside = Files.createTempDirectory(root, name + ".part-");
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
        } catch (FileSystemException e) {
            // Another process was faster, and its folder is whole as well: it only ever appears by such a rename.
            if (!Files.isDirectory(folder)) {
                throw e;
            }
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

    private static Optional<Path> variable(String name) {
        return Optional.ofNullable(System.getenv(name))
                .filter(value -> !value.isBlank())
                .map(Path::of);
    }
}
