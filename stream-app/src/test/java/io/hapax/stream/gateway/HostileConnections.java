package io.hapax.stream.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Connections of somebody who wants to lock all others out. Each sends the start of a request and then a byte at a
 * time, and is opened again when it was closed.
 */
public final class HostileConnections implements AutoCloseable {
    /** A header, and the body of a payment, may hold any number of these. */
    private static final byte[] TRICKLE = {'x'};

    private final InetSocketAddress address;
    private final byte[] start;
    private final boolean trickles;
    private final Duration period;
    private final SocketChannel[] channels;
    private final CountDownLatch allOpened = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;
    private final AtomicInteger reopened = new AtomicInteger();

    private HostileConnections(int port, int connections, String start, boolean trickles, Duration period) {
        this.address = new InetSocketAddress("127.0.0.1", port);
        this.start = start.getBytes(US_ASCII);
        this.trickles = trickles;
        this.period = period;
        this.channels = new SocketChannel[connections];
        this.thread = Thread.ofPlatform().name("hostile").start(this::run);
    }

    /** Heads that never end, a byte per period. */
    public static HostileConnections trickleHeads(int port, int connections, Duration period) {
        return new HostileConnections(
                port, connections, "POST /v1/payments HTTP/1.1\r\nHost: x\r\nX-Slow: x", true, period);
    }

    /** Bodies that never end, a byte per period. */
    public static HostileConnections trickleBodies(int port, int connections, String apiKey, Duration period) {
        return new HostileConnections(port, connections, head(apiKey) + "{\"reference\":\"", true, period);
    }

    /** Half a body each, and then nothing. */
    public static HostileConnections halfBodies(int port, int connections, String apiKey) {
        return new HostileConnections(
                port, connections, head(apiKey) + "{\"debtorAccount\":", false, Duration.ofSeconds(1));
    }

    private static String head(String apiKey) {
        return "POST /v1/payments HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nIdempotency-Key: hostile\r\n"
                + "Content-Length: 4000\r\nAuthorization: Bearer " + apiKey + "\r\n\r\n";
    }

    public void awaitAllOpened() throws InterruptedException {
        if (!allOpened.await(1, TimeUnit.MINUTES)) {
            throw new AssertionError("the hostile connections could not even be opened");
        }
    }

    /** The number of connections that the gateway closed and that were opened again. */
    public int reopened() {
        return reopened.get();
    }

    @Override
    public void close() throws IOException {
        ended.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SocketChannel channel : channels) {
            if (channel != null) {
                channel.close();
            }
        }
    }

    /** Spread over the period, so that the gateway is never left alone. */
    private void run() {
        long pauseNanos = period.toNanos() / channels.length;
        boolean first = true;
        try {
            while (ended.getCount() > 0) {
                for (int i = 0; i < channels.length && ended.getCount() > 0; i++) {
                    long next = System.nanoTime() + pauseNanos;
                    channels[i] = goOn(channels[i]);
                    long left = next - System.nanoTime();
                    if (!first && left > 0 && ended.await(left, TimeUnit.NANOSECONDS)) {
                        return;
                    }
                }
                first = false;
                allOpened.countDown();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable SocketChannel goOn(@Nullable SocketChannel channel) {
        try {
            if (channel == null) {
                return open();
            }
            if (!channel.isConnected() && !channel.finishConnect()) {
                return channel;
            }
            if (channel.read(ByteBuffer.allocate(1024)) < 0) {
                throw new IOException("closed by the gateway");
            }
            if (trickles) {
                channel.write(ByteBuffer.wrap(TRICKLE));
            }
            return channel;
        } catch (IOException closedByTheGateway) {
            return reopen(channel);
        }
    }

    private @Nullable SocketChannel reopen(@Nullable SocketChannel channel) {
        reopened.incrementAndGet();
        try {
            if (channel != null) {
                channel.close();
            }
            return open();
        } catch (IOException nextTime) {
            return null;
        }
    }

    private SocketChannel open() throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        channel.configureBlocking(false);
        channel.write(ByteBuffer.wrap(start));
        return channel;
    }
}
