package io.hapax.stream.broker;

import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.Sandbox;
import io.hapax.stream.gateway.credentials.ApiKey;
import io.hapax.stream.gateway.credentials.ApiKeyFile;
import io.hapax.stream.gateway.credentials.Scope;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** Instances of the app with a gateway, each a process of its own, on one broker. */
final class GatewayInstances implements AutoCloseable {
    private final BrokerJourney journey;
    private final AtomicBoolean silent = new AtomicBoolean();
    private final FakeLedger ledger;
    private final ApiKey.Issued apiKey =
            ApiKey.issue("acme", EnumSet.allOf(Scope.class), Instant.now(), new SecureRandom());
    private final ApiKey.Issued otherApiKey =
            ApiKey.issue("other", EnumSet.allOf(Scope.class), Instant.now(), new SecureRandom());
    private final List<String> urls = new ArrayList<>();
    private final List<Integer> adminPorts = new ArrayList<>();
    private final List<AppProcess> processes = new ArrayList<>();

    /**
     * Starts so many instances and returns when all of them listen.
     *
     * @param gatewaySettings of each, in whose values {@code %d} is the number of the instance
     */
    GatewayInstances(int instances, Map<String, String> gatewaySettings) {
        this(instances, "classic", gatewaySettings);
    }

    /** The same in a group of that protocol. */
    GatewayInstances(int instances, String groupProtocol, Map<String, String> gatewaySettings) {
        this(new BrokerJourney(), instances, groupProtocol, gatewaySettings);
    }

    /** The same on the broker of that journey, which ends with the instances. */
    GatewayInstances(BrokerJourney journey, int instances, String groupProtocol, Map<String, String> gatewaySettings) {
        this.journey = journey;
        this.ledger = new FakeLedger(journey, event -> silent.get());
        for (int i = 0; i < instances; i++) {
            int port = Sandbox.freePort();
            urls.add("http://127.0.0.1:" + port);
            Map<String, String> settings = journey.settings("gateway-" + i, groupProtocol);
            settings.put("gateway.port", String.valueOf(port));
            adminPorts.add(Sandbox.freePort());
            settings.put("admin.port", String.valueOf(adminPorts.get(i)));
            settings.put("gateway.api.keys", apiKeys().toString());
            settings.put("gateway.client.rate", "100000");
            settings.put("gateway.client.burst", "100000");
            String number = String.valueOf(i);
            gatewaySettings.forEach((name, value) -> settings.put(name, value.replace("%d", number)));
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

    /** From now on the outcomes of the ledger are lost, or arrive again. */
    void silenceLedger(boolean silenced) {
        silent.set(silenced);
    }

    List<String> urls() {
        return urls;
    }

    AppProcess process(int instance) {
        return processes.get(instance);
    }

    /** The text that an instance serves on its admin port. Empty while it serves none. */
    String told(int instance, String path) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI asked = URI.create("http://127.0.0.1:" + adminPorts.get(instance) + path);
            return PayingClient.answer(http, HttpRequest.newBuilder(asked).build())
                    .map(HttpResponse::body)
                    .orElse("");
        }
    }

    PayingClient client() {
        return new PayingClient(urls, apiKey.secret());
    }

    String apiKey() {
        return apiKey.secret();
    }

    /** Of a client that shares the gateway with the first. */
    String otherApiKey() {
        return otherApiKey.secret();
    }

    int gatewayPort(int instance) {
        return URI.create(urls.get(instance)).getPort();
    }

    int adminPort(int instance) {
        return adminPorts.get(instance);
    }

    private Path apiKeys() {
        Path file = journey.stateFolder("api-keys.json");
        new ApiKeyFile(file).write(List.of(apiKey.key(), otherApiKey.key()));
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
