package io.hapax.stream.broker;

import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.Sandbox;
import io.hapax.stream.gateway.credentials.ApiKey;
import io.hapax.stream.gateway.credentials.ApiKeyFile;
import io.hapax.stream.gateway.credentials.Scope;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** Instances of the app with a gateway, each a process of its own, on one broker. */
final class GatewayInstances implements AutoCloseable {
    private final BrokerJourney journey = new BrokerJourney();
    private final FakeLedger ledger = new FakeLedger(journey);
    private final ApiKey.Issued apiKey =
            ApiKey.issue("acme", EnumSet.allOf(Scope.class), Instant.now(), new SecureRandom());
    private final List<String> urls = new ArrayList<>();
    private final List<AppProcess> processes = new ArrayList<>();

    /** Starts so many instances and returns when all of them listen. */
    GatewayInstances(int instances, Map<String, String> gatewaySettings) {
        for (int i = 0; i < instances; i++) {
            int port = Sandbox.freePort();
            urls.add("http://127.0.0.1:" + port);
            Map<String, String> settings = journey.settings("gateway-" + i, "classic");
            settings.put("gateway.port", String.valueOf(port));
            settings.put("gateway.api.keys", apiKeys().toString());
            settings.put("gateway.client.rate", "100000");
            settings.put("gateway.client.burst", "100000");
            settings.putAll(gatewaySettings);
            processes.add(journey.startProcess("gateway-" + i, settings));
        }
        urls.forEach(GatewayInstances::awaitListening);
    }

    BrokerJourney journey() {
        return journey;
    }

    FakeLedger ledger() {
        return ledger;
    }

    List<String> urls() {
        return urls;
    }

    AppProcess process(int instance) {
        return processes.get(instance);
    }

    PayingClient client() {
        return new PayingClient(urls, apiKey.secret());
    }

    private Path apiKeys() {
        Path file = journey.stateFolder("api-keys.json");
        new ApiKeyFile(file).write(List.of(apiKey.key()));
        return file;
    }

    private static void awaitListening(String url) {
        int port = Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
        BrokerJourney.await(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port));
                return true;
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Override
    public void close() {
        ledger.close();
        journey.close();
    }
}
