package io.hapax.storm.world;

import io.hapax.sandbox.AppProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;

/**
 * One instance of an app. Faults that overlap may ask it for the same: what is done already is done.
 *
 * @param program the app, such as {@code stream-app}
 * @param adminUrl where it says whether it is ready
 * @param gatewayUrl where it takes payments; empty where the app has no gateway
 * @param state the folder of its stores
 */
public record Instance(AppProcess process, String program, String adminUrl, String gatewayUrl, Path state) {
    private static final Duration READY_WITHIN = Duration.ofSeconds(2);

    public String name() {
        return process.name();
    }

    public boolean isStreamApp() {
        return program.equals(StormWorld.STREAM_APP);
    }

    /** Starts it unless it runs. */
    public void startUnlessAlive() {
        synchronized (process) {
            if (!process.isAlive()) {
                process.start();
            }
        }
    }

    /** True when it says that it is ready. One that is paused, starting or gone says nothing. */
    boolean isReady(HttpClient http) {
        try {
            return http.send(
                                    HttpRequest.newBuilder(URI.create(adminUrl + "/health/ready"))
                                            .timeout(READY_WITHIN)
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException noAnswer) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
