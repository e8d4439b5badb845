package io.hapax.stream.gateway.credentials;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hapax.stream.decision.CommandCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The file of all API keys, without their secrets: JSON, replaced as a whole, so that who reads it while it is
 * written sees the old one or the new one.
 */
public final class ApiKeyFile {
    /** Live keys of one client: the one in use and the one that replaces it. */
    public static final int LIVE_PER_CLIENT = 2;

    private static final Set<String> FIELDS =
            Set.of("id", "client", "sha256", "scopes", "debtors", "createdAt", "revokedAt");
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");

    /** A lock on a file is the whole process's. */
    private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

    private static final int HASH_DIGITS = 64;
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(SerializationFeature.INDENT_OUTPUT);

    private final Path path;

    /** The file can't be used; says what is wrong with it. */
    public static final class BrokenException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BrokenException(Path file, String mistake) {
            super("the API keys in " + file + " cannot be used: " + mistake);
        }
    }

    public ApiKeyFile(Path path) {
        this.path = path;
    }

    /** All keys, revoked ones too; throws {@link BrokenException}. */
    public List<ApiKey> read() {
        try {
            JsonNode array = JSON.readTree(Files.readAllBytes(path)).path("keys");
            if (!array.isArray()) {
                throw new BrokenException(path, "there is no list \"keys\"");
            }
            List<ApiKey> keys = new ArrayList<>();
            array.forEach(key -> keys.add(key(key)));
            String mistake = mistake(keys);
            if (mistake != null) {
                throw new BrokenException(path, mistake);
            }
            return List.copyOf(keys);
        } catch (JsonProcessingException e) {
            throw new BrokenException(
                    path, "no valid JSON at line " + e.getLocation().getLineNr());
        } catch (IOException e) {
            throw new BrokenException(path, reason(e));
        }
    }

    public boolean exists() {
        return Files.exists(path);
    }

    /**
     * Replaces the file by what the change makes of its keys. Changes at the same time wait for each other, in this
     * process and in others. A file that is not there has no keys.
     */
    public void update(UnaryOperator<List<ApiKey>> change) {
        IN_THIS_PROCESS.lock();
        try (FileChannel channel = FileChannel.open(lockFile(), CREATE, WRITE)) {
            // Until the channel is closed.
            channel.lock();
            write(change.apply(exists() ? read() : List.of()));
        } catch (IOException e) {
            throw new BrokenException(path, reason(e));
        } finally {
            IN_THIS_PROCESS.unlock();
        }
    }

    /**
     * Replaces the file. Owner, group and mode stay: the gateway runs as a user of its own. A new file is readable
     * for its owner alone. Throws {@link BrokenException} rather than write what can't be read.
     */
    public void write(List<ApiKey> keys) {
        String mistake = mistake(keys);
        if (mistake != null) {
            throw new BrokenException(path, mistake);
        }
        ObjectNode root = JSON.createObjectNode();
        ArrayNode array = root.putArray("keys");
        keys.forEach(key -> write(key, array.addObject()));
        try {
            replace(JSON.writeValueAsBytes(root));
        } catch (IOException e) {
            throw new BrokenException(path, reason(e));
        }
    }

    private void replace(byte[] content) throws IOException {
        // A link is followed, not replaced.
        Path target = exists() ? path.toRealPath() : path.toAbsolutePath();
        Path fresh = Files.createTempFile(
                target.getParent(), ".api-keys-", ".json", PosixFilePermissions.asFileAttribute(OWNER));
        try {
            try (FileChannel file = FileChannel.open(fresh, WRITE)) {
                file.write(ByteBuffer.wrap(content));
                file.force(true);
            }
            if (exists()) {
                keepRights(target, fresh);
            }
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static void keepRights(Path from, Path to) throws IOException {
        PosixFileAttributes kept = Files.readAttributes(from, PosixFileAttributes.class);
        PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        PosixFileAttributes fresh = view.readAttributes();
        try {
            if (!fresh.group().equals(kept.group())) {
                view.setGroup(kept.group());
            }
            if (!fresh.owner().equals(kept.owner())) {
                view.setOwner(kept.owner());
            }
        } catch (FileSystemException e) {
            throw new FileSystemException(
                    from.toString(),
                    null,
                    "it belongs to " + kept.owner().getName() + ":"
                            + kept.group().getName() + ", which cannot be kept; run this as that user");
        }
        view.setPermissions(kept.permissions());
    }

    /** Stays where it is: a lock on a file that is replaced locks nobody out. */
    private Path lockFile() {
        Path name = path.toAbsolutePath();
        return name.resolveSibling("." + name.getFileName() + ".lock");
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "there is no file " + missing.getFile();
            case AccessDeniedException denied -> "this user has no right to " + denied.getFile();
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> e.getMessage() == null ? "it cannot be read or written" : e.getMessage();
        };
    }

    Path path() {
        return path;
    }

    private ApiKey key(JsonNode node) {
        // A misspelt revokedAt must not leave a key live.
        node.fieldNames().forEachRemaining(this::refuseUnknown);
        try {
            Set<Scope> scopes = new HashSet<>();
            node.path("scopes")
                    .forEach(scope -> scopes.add(Scope.valueOf(scope.asText().toUpperCase(Locale.ROOT))));
            String revokedAt = node.path("revokedAt").asText();
            return new ApiKey(
                    node.path("id").asText(),
                    node.path("client").asText(),
                    node.path("sha256").asText(),
                    Set.copyOf(scopes),
                    debtors(node),
                    Instant.parse(node.path("createdAt").asText()),
                    revokedAt.isEmpty() ? null : Instant.parse(revokedAt));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new BrokenException(path, "key " + node.path("id").asText() + ": " + e.getMessage());
        }
    }

    /** What is there and no list of names must not leave the key able to debit any account. */
    private static Debtors debtors(JsonNode node) {
        JsonNode names = node.get("debtors");
        if (names == null) {
            return Debtors.ANY;
        }
        if (!names.isArray()) {
            throw new IllegalArgumentException("debtors must be a list of names");
        }
        Set<String> debtors = new HashSet<>();
        names.forEach(name -> debtors.add(name.isTextual() ? name.textValue() : ""));
        return new Debtors(debtors);
    }

    private void refuseUnknown(String field) {
        if (!FIELDS.contains(field)) {
            throw new BrokenException(path, "unknown field " + field);
        }
    }

    private static void write(ApiKey key, ObjectNode node) {
        node.put("id", key.id());
        node.put("client", key.client());
        node.put("sha256", key.sha256());
        ArrayNode scopes = node.putArray("scopes");
        key.scopes().stream()
                .map(scope -> scope.name().toLowerCase(Locale.ROOT))
                .sorted()
                .forEach(scopes::add);
        Set<String> debtors = key.debtors().names();
        if (debtors != null) {
            ArrayNode names = node.putArray("debtors");
            debtors.stream().sorted().forEach(names::add);
        }
        node.put("createdAt", key.createdAt().toString());
        if (key.revokedAt() != null) {
            node.put("revokedAt", key.revokedAt().toString());
        }
    }

    private static @Nullable String mistake(List<ApiKey> keys) {
        Set<String> ids = new HashSet<>();
        Map<String, Integer> livePerClient = new HashMap<>();
        for (ApiKey key : keys) {
            if (key.id().isEmpty() || !ids.add(key.id())) {
                return "key id \"" + key.id() + "\" is empty or there twice";
            }
            if (!CommandCheck.isClientId(key.client())) {
                return "key " + key.id() + ": client must be 1 to 64 of A-Z a-z 0-9 . _ -";
            }
            if (key.sha256().length() != HASH_DIGITS || !key.sha256().matches("[0-9a-f]+")) {
                return "key " + key.id() + ": sha256 must be 64 hex digits";
            }
            if (key.isLive()) {
                livePerClient.merge(key.client(), 1, Integer::sum);
            }
        }
        String tooMany = livePerClient.entrySet().stream()
                .filter(entry -> entry.getValue() > LIVE_PER_CLIENT)
                .map(Map.Entry::getKey)
                .sorted()
                .collect(Collectors.joining(", "));
        return tooMany.isEmpty() ? null : "more than " + LIVE_PER_CLIENT + " live keys of " + tooMany;
    }
}
