package io.hapax.tools.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.tools.cli.Json;
import io.hapax.tools.cli.PlainFailure;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The file of all logins, without their passwords: JSON, replaced as a whole, readable by its owner alone. */
record LoginFile(Path path) {
    /** All logins. */
    List<Login> read() {
        try {
            List<Login> logins = Arrays.asList(Json.read(Files.readAllBytes(path), Login[].class));
            Set<String> names = new HashSet<>();
            for (Login login : logins) {
                // Jackson leaves what the file lacks null.
                boolean isWhole = login != null
                        && login.name() != null
                        && login.role() != null
                        && login.password() != null
                        && login.password().salt() != null
                        && login.password().hash() != null;
                if (!isWhole || !names.add(login.name()) || login.password().iterations() < PasswordHash.ITERATIONS) {
                    throw new PlainFailure(
                            "--logins " + path + ": a login is not whole, stands twice or has a weak hash");
                }
            }
            return logins;
        } catch (NoSuchFileException e) {
            throw new PlainFailure(
                    "--logins " + path + ": there is no such file; hapax console-logins add makes it", e);
        } catch (IOException e) {
            throw new PlainFailure("--logins " + path + ": it cannot be read as a file of logins", e);
        }
    }

    boolean exists() {
        return Files.exists(path);
    }

    /** The login of that name; empty too while the file can't be read: nobody gets in then. */
    Optional<Login> find(String name) {
        try {
            return read().stream().filter(login -> login.name().equals(name)).findFirst();
        } catch (PlainFailure unreadable) {
            return Optional.empty();
        }
    }

    void write(List<Login> logins) {
        FileAttribute<?> ofOwner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try {
            Path folder = path.toAbsolutePath().getParent();
            Path whole = Files.createTempFile(folder, ".logins", ".json", ofOwner);
            try {
                Files.writeString(whole, Json.line(logins) + "\n", UTF_8);
                Files.move(whole, path, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(whole);
            }
        } catch (AtomicMoveNotSupportedException e) {
            throw new PlainFailure("--logins " + path + ": this file system can't replace a file at once", e);
        } catch (IOException e) {
            throw new PlainFailure("--logins " + path + ": it cannot be written", e);
        }
    }
}
