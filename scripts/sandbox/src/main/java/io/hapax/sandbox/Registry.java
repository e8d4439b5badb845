package io.hapax.sandbox;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** An Apicurio registry that keeps its schemas and ids in an H2 file in the folder. */
final class Registry implements Server {
    private static final String HTTP_PORT = "registry.http";
    private static final String MANAGEMENT_PORT = "registry.management";
    private static final String IDENTITY = "Hapax-Sandbox";
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final Path folder;
    private final Remembered remembered;
    private final String heap;

    Registry(Path folder, Remembered remembered, String heap) {
        this.folder = folder;
        this.remembered = remembered;
        this.heap = heap;
    }

    /** The base of the Confluent-compatible REST API. */
    String url() {
        return "http://127.0.0.1:" + remembered.port(HTTP_PORT) + "/apis/ccompat/v7";
    }

    @Override
    public Part part() {
        return Part.REGISTRY;
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public void prepare() throws IOException {
        Path unused = distribution();
    }

    @Override
    public List<String> command() throws IOException {
        List<String> command = new ArrayList<>(List.of(Java.program(), marker()));
        command.addAll(sharedClasses().options(classes()));
        command.addAll(List.of(
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                // Half a second less to start, and a registry that is asked a few times a minute needs no more.
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + remembered.port(HTTP_PORT),
                "-Dquarkus.management.host=127.0.0.1",
                "-Dquarkus.management.port=" + remembered.port(MANAGEMENT_PORT),
                "-Dquarkus.http.access-log.enabled=false",
                "-Dquarkus.http.header.\"" + IDENTITY + "\".value=" + identity(),
                "-Dapicurio.storage.kind=sql",
                "-Dapicurio.storage.sql.kind=h2",
                // Without WRITE_DELAY=0 a kill loses the schemas of the last half second.
                "-Dapicurio.datasource.url=jdbc:h2:file:" + folder.resolve("schemas") + ";WRITE_DELAY=0",
                "-jar",
                jar().toString()));
        return command;
    }

    @Override
    public void started() throws IOException {
        sharedClasses().makeFrom(classes());
    }

    @Override
    public String marker() {
        return "-Dhapax.sandbox=" + folder;
    }

    @Override
    public List<String> portNames() {
        return List.of(HTTP_PORT, MANAGEMENT_PORT);
    }

    @Override
    public boolean isReady() throws Exception {
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER).build()) {
            HttpResponse<Void> answer = http.send(
                    HttpRequest.newBuilder(URI.create(url() + "/subjects"))
                            .timeout(ANSWER)
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
            return answer.statusCode() == 200
                    && answer.headers().allValues(IDENTITY).contains(identity());
        }
    }

    @Override
    public String endSignal() {
        return "TERM";
    }

    @Override
    public String orphanSignal() {
        return "KILL";
    }

    private String identity() {
        return remembered.fact("registry.identity", () -> UUID.randomUUID().toString());
    }

    private Path classes() {
        return folder.resolve("classes.list");
    }

    private static SharedClasses sharedClasses() throws IOException {
        return SharedClasses.of("registry", jar().toString());
    }

    private static Path jar() throws IOException {
        return distribution().resolve("quarkus-run.jar");
    }

    private static Path distribution() throws IOException {
        Path archive = BuildFacts.registryArchive();
        return Cache.ofUser().unpacked("apicurio-" + BuildFacts.registryVersion(), () -> Files.newInputStream(archive));
    }
}
