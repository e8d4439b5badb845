package io.hapax.storm.world;

import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.Sandbox;
import io.hapax.storm.parts.ReadyParts;
import io.hapax.stream.alerting.InsightApp;
import io.hapax.stream.gateway.credentials.ApiKey;
import io.hapax.stream.gateway.credentials.ApiKeyFile;
import io.hapax.stream.gateway.credentials.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The apps of a storm, as they are set up: each instance has ports and a folder of its own. */
final class StormApps {
    private static final int CLIENTS = 4;

    private final ReadyParts parts;
    private final StormSettings settings;
    private final String registryUrl;
    private final Path apps;

    /** @param registryUrl where the apps ask for schemas */
    StormApps(ReadyParts parts, StormSettings settings, String registryUrl) throws IOException {
        this.parts = parts;
        this.settings = settings;
        this.registryUrl = registryUrl;
        this.apps = parts.apps();
    }

    /** Writes the file of API keys. Returns the secrets by client. */
    Map<String, String> issueApiKeys() throws IOException {
        Map<String, String> apiKeys = new TreeMap<>();
        List<ApiKey> keys = new ArrayList<>();
        for (int number = 1; number <= CLIENTS; number++) {
            String client = "shop-" + number;
            ApiKey.Issued issued = ApiKey.issue(client, EnumSet.allOf(Scope.class), Instant.now(), new SecureRandom());
            keys.add(issued.key());
            apiKeys.put(client, issued.secret());
        }
        new ApiKeyFile(keyFile()).write(keys);
        return Map.copyOf(apiKeys);
    }

    /** A stream app with a gateway. */
    Instance streamApp(int number) {
        String name = StormWorld.STREAM_APP + "-" + number;
        Path folder = folder(name);
        String admin = address();
        String gateway = address();
        Path state = Disks.ofStores(parts.sandbox().folder(), name).resolve("state");
        Map<String, String> app = parts.streamSettings();
        app.put("schema.registry.url", registryUrl);
        app.put("admin.port", port(admin));
        app.put("gateway.port", port(gateway));
        app.put("gateway.api.keys", keyFile().toString());
        app.put("gateway.advertised.url", gateway);
        app.put("state.dir", state.toString());
        app.put("store.memory.mb", "64");
        app.put("retention", StormSettings.RETENTION.toSeconds() + "s");
        app.put("pending.lease", StormSettings.LEASE.toSeconds() + "s");
        app.put("standby.replicas", String.valueOf(settings.standbys()));
        app.put("group.protocol", settings.protocol());
        if (settings.protocol().equals("streams")) {
            // The broker decides how long it waits for a member of such a group.
            app.remove("kafka.consumer.session.timeout.ms");
        }
        return new Instance(
                new AppProcess(name, settings.streamApp(), folder, app), StormWorld.STREAM_APP, admin, gateway, state);
    }

    Instance ledgerConsumer(int number) {
        return withoutGateway(StormWorld.LEDGER_CONSUMER, number, settings.ledgerConsumer(), parts.ledgerSettings());
    }

    /** The first of them works, the others stand by. */
    Instance insight(int number) {
        return withoutGateway(StormWorld.INSIGHT, number, InsightApp.class, parts.insightSettings());
    }

    private Instance withoutGateway(String program, int number, Class<?> main, Map<String, String> app) {
        String name = program + "-" + number;
        Path folder = folder(name);
        String admin = address();
        app.put("schema.registry.url", registryUrl);
        app.put("admin.port", port(admin));
        return new Instance(new AppProcess(name, main, folder, app), program, admin, "", folder);
    }

    private static String address() {
        return "http://127.0.0.1:" + Sandbox.freePort();
    }

    private static String port(String address) {
        return address.substring(address.lastIndexOf(':') + 1);
    }

    private Path keyFile() {
        return apps.resolve("api-keys.json");
    }

    private Path folder(String name) {
        try {
            return Files.createDirectories(apps.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
