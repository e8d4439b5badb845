package io.hapax.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports on 127.0.0.1, and one that nobody listens on. Picked below the ranges from which Linux (32768) and macOS
 * (49152) take the ports of outgoing connections: those would otherwise sit on the port of a part that is down for a
 * moment, first of all the clients that try to reach it again.
 */
final class LocalPort {
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final int LOWEST = 15_000;
    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS = 1_000;

    private LocalPort() {}

    static int pickFree() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            if (isFree(port)) {
                return port;
            }
        }
        throw new SandboxException("found no free port between " + LOWEST + " and " + HIGHEST);
    }

    /** By binding it for a moment: not to be asked while a part is about to bind the port. */
    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(on(port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    static boolean isAnswered(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(on(port));
            return true;
        } catch (IOException nobodyThere) {
            return false;
        }
    }

    private static InetSocketAddress on(int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port);
    }
}
