package io.hapax.tools.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.utils.Utils;

/**
 * The first question to a cluster: does a Kafka broker listen at one of these addresses? Kafka's own client does
 * not answer it. Where nobody listens, the client asks again without end. Where another protocol answers, the
 * client takes its first bytes for a length and runs out of memory.
 */
final class BrokerProbe {
    private static final Duration TIMEOUT = Duration.ofSeconds(4);
    private static final short API_VERSIONS = 18;
    private static final int CORRELATION = 0x48617061;
    private static final int LARGEST_ANSWER = 1 << 20;

    private BrokerProbe() {}

    /** @throws PlainFailure if no address answers as a broker does */
    static void ask(Map<String, Object> client) {
        String servers = String.valueOf(client.get("bootstrap.servers"));
        boolean isEncrypted = String.valueOf(client.get("security.protocol"))
                .toUpperCase(Locale.ROOT)
                .endsWith("SSL");
        List<String> obstacles = new ArrayList<>();
        for (String server : servers.split(",", -1)) {
            String obstacle = obstacle(server.strip(), isEncrypted);
            if (obstacle.isEmpty()) {
                return;
            }
            obstacles.add(obstacle);
        }
        throw new PlainFailure("--bootstrap-servers: no Kafka broker at " + String.join("; ", obstacles));
    }

    /** The reason why the server is no broker; empty if it is a broker. */
    private static String obstacle(String server, boolean isEncrypted) {
        String host = Utils.getHost(server);
        Integer port = Utils.getPort(server);
        if (host == null || port == null || port < 1 || port > 0xFFFF) {
            return "\"" + server + "\", which is not HOST:PORT";
        }
        try {
            String obstacle = "";
            for (InetAddress address : InetAddress.getAllByName(host)) {
                obstacle = obstacle(server, new InetSocketAddress(address, port), isEncrypted);
                if (obstacle.isEmpty()) {
                    return "";
                }
            }
            return obstacle;
        } catch (UnknownHostException e) {
            return server + ": there is no host " + host;
        }
    }

    private static String obstacle(String server, InetSocketAddress address, boolean isEncrypted) {
        int timeoutMs = Math.toIntExact(TIMEOUT.toMillis());
        try (Socket socket = new Socket()) {
            socket.connect(address, timeoutMs);
            socket.setSoTimeout(timeoutMs);
            // Behind TLS the client's handshake says clearly what is wrong.
            return isEncrypted || isKafka(socket)
                    ? ""
                    : server + ": what listens there does not speak Kafka's protocol, or wants TLS (--command-config)";
        } catch (SocketTimeoutException e) {
            return server + ": no answer within " + TIMEOUT.toSeconds() + " s";
        } catch (IOException e) {
            return server + ": " + PlainReason.of(e);
        }
    }

    private static boolean isKafka(Socket socket) throws IOException {
        byte[] name = "hapax".getBytes(UTF_8);
        ByteBuffer question = ByteBuffer.allocate(64)
                .putShort(API_VERSIONS)
                .putShort((short) 0)
                .putInt(CORRELATION)
                .putShort((short) name.length)
                .put(name);
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.writeInt(question.position());
        out.write(question.array(), 0, question.position());
        out.flush();
        DataInputStream in = new DataInputStream(socket.getInputStream());
        try {
            int length = in.readInt();
            return length > Integer.BYTES && length <= LARGEST_ANSWER && in.readInt() == CORRELATION;
        } catch (EOFException e) {
            return false;
        }
    }
}
