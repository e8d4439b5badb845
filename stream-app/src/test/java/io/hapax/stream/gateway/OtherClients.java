package io.hapax.stream.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Clients that send whole requests, each on a connection of its own, and measure how long the answer takes. */
public final class OtherClients {
    private static final int PATIENCE_MS = 60_000;

    private final int port;
    private final String request;
    private final String expected;

    /**
     * Latencies of requests in ascending order.
     *
     * @param connectNanos the part of them until the connection stood, in ascending order
     */
    public record Measured(long[] nanos, long[] connectNanos) {
        /**
         * The longest time for a request of a client that is not locked out. A busy machine may take a second for a
         * request. A client that is locked out waits longer, or is turned away.
         */
        private static final Duration HARMLESS = Duration.ofSeconds(2);

        /** Within twice of before, or so fast that the machine alone can be the cause. */
        public boolean isHarmlessAfter(Measured before) {
            return p99().compareTo(HARMLESS) < 0 || p99().compareTo(before.p99().multipliedBy(2)) <= 0;
        }

        public Duration p99() {
            return Duration.ofNanos(nanos[nanos.length * 99 / 100]);
        }

        public Duration slowest() {
            return Duration.ofNanos(nanos[nanos.length - 1]);
        }

        /**
         * Until all but one in twenty were connected. A client whom the listener did not let in knocks again after a
         * second.
         */
        public Duration p95Connect() {
            return Duration.ofNanos(connectNanos[nanos.length * 95 / 100]);
        }
    }

    /** @param expected the start of every answer, as in {@code HTTP/1.1 200} */
    public OtherClients(int port, String request, String expected) {
        this.port = port;
        this.request = request;
        this.expected = expected;
    }

    /** A request for the state of a payment. */
    public static OtherClients lookUp(int port, String apiKey, String expected) {
        return get(port, "/v1/payments/order-1", "Authorization: Bearer " + apiKey + "\r\n", expected);
    }

    /** A client that probes like Kubernetes. */
    public static OtherClients probe(int port) {
        return get(port, "/health/live", "", "HTTP/1.1 200");
    }

    private static OtherClients get(int port, String path, String headers, String expected) {
        return new OtherClients(
                port, "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + "\r\n", expected);
    }

    /** So many requests at once, each client sending so many one after the other. */
    public Measured measure(int clients, int requestsEach) throws Exception {
        return measure(
                clients,
                () -> IntStream.range(0, requestsEach).mapToObj(n -> ask()).toArray(long[][]::new));
    }

    /** Requests at a steady pace, as many as fit into the time: the machine is not busy with them alone. */
    public Measured measure(int clients, Duration time, Duration pause) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        return measure(clients, () -> {
            List<long[]> asked = new ArrayList<>();
            while (System.nanoTime() < end) {
                asked.add(ask());
                LockSupport.parkNanos(pause.toNanos());
            }
            return asked.toArray(long[][]::new);
        });
    }

    private static Measured measure(int clients, Callable<long[][]> requests) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<long[][]>> running = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                running.add(threads.submit(requests));
            }
            List<long[]> all = new ArrayList<>();
            for (Future<long[][]> each : running) {
                all.addAll(Arrays.asList(each.get()));
            }
            return new Measured(sorted(all, 0), sorted(all, 1));
        }
    }

    private static long[] sorted(List<long[]> all, int part) {
        return all.stream().mapToLong(times -> times[part]).sorted().toArray();
    }

    private long[] ask() {
        long begin = System.nanoTime();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MS);
            long connected = System.nanoTime();
            socket.setSoTimeout(PATIENCE_MS);
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            String answer = answer(socket.getInputStream());
            if (!answer.startsWith(expected)) {
                throw new AssertionError("answered: " + answer);
            }
            return new long[] {System.nanoTime() - begin, connected - begin};
        } catch (IOException e) {
            throw new AssertionError("no answer after " + Duration.ofNanos(System.nanoTime() - begin), e);
        }
    }

    private static String answer(InputStream in) throws IOException {
        return new String(in.readAllBytes(), US_ASCII);
    }
}
