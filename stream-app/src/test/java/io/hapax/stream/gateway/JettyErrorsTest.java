package io.hapax.stream.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JettyErrorsTest {
    private static final Server SERVER = new Server();
    private static final ServerConnector LISTENER = new ServerConnector(SERVER);

    @BeforeAll
    static void listen() throws Exception {
        LISTENER.setHost("127.0.0.1");
        LISTENER.setPort(0);
        SERVER.addConnector(LISTENER);
        SERVER.setErrorHandler(new JettyErrors());
        SERVER.start();
    }

    @AfterAll
    static void stop() throws Exception {
        SERVER.stop();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/payments/order-1\r\n\r\n",
                "GET /v1/payments/order-1 HTTP/0.9\r\n\r\n",
                "GET /v1/payments/order-1 HTTP/3.0\r\nHost: a\r\n\r\n",
                "POST /v1/payments HTTP/7.7\r\nHost: a\r\n\r\n",
                "POST /v1/payments HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
                "POST /v1/payments HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: nonsense, chunked\r\n\r\n",
                "POST /v1/payments HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n",
                "NONSENSE\r\n\r\n"
            })
    void shouldAnswerThatTheRequestIsWrongAndNotThatARetryHelps(String request) throws IOException {
        String answer = send(request);
        assertTrue(answer.matches("(?s)HTTP/1\\.1 4\\d\\d .*"), request + answer);
        assertFalse(answer.contains("Retry-After"), request + answer);
    }

    private static String send(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), LISTENER.getLocalPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            socket.getOutputStream().flush();
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }
}
