package io.hapax.tools.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hapax.tools.HapaxRun;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of the messages for an address that is not valid. No part is connected. */
class ConnectionMessagesTest {
    @ParameterizedTest
    @CsvSource({
        "postgresql://u:secret@127.0.0.1:1/hapax, ': write jdbc: in front, and take the user out of it'",
        "127.0.0.1:5432, ''",
        "jdbc:mysql://127.0.0.1/hapax, ''"
    })
    void shouldSayHowTheUrlOfADatabaseBegins(String url, String hint) {
        HapaxRun run = HapaxRun.of("accounts", "list").with("--jdbc-url", url, "--jdbc-user", "u");
        assertEquals(2, run.exitCode(), run.output());
        assertEquals(
                "--jdbc-url must begin with jdbc:postgresql:, such as jdbc:postgresql://HOST:5432/hapax" + hint + "\n",
                run.output());
    }

    @Test
    @DisabledIfEnvironmentVariable(named = "HAPAX_JDBC_PASSWORD", matches = ".+")
    void shouldSayThatTheDatabaseWantsAPassword() throws IOException {
        try (ServerSocket database = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> wantPasswords(database));
            HapaxRun run = HapaxRun.of("accounts", "list")
                    .with(
                            "--jdbc-url",
                            "jdbc:postgresql://127.0.0.1:" + database.getLocalPort() + "/hapax?sslmode=disable",
                            "--jdbc-user",
                            "u");
            assertEquals(2, run.exitCode(), run.output());
            assertEquals(
                    "the database wants a password of --jdbc-user: set HAPAX_JDBC_PASSWORD, or give --jdbc-password to be"
                            + " asked for it\n",
                    run.output());
        }
    }

    /** Asks for a password as PostgreSQL does where pg_hba.conf says scram-sha-256. */
    private static void wantPasswords(ServerSocket database) {
        byte[] mechanisms = "SCRAM-SHA-256\0\0".getBytes(US_ASCII);
        while (!database.isClosed()) {
            try (Socket client = database.accept()) {
                DataInputStream in = new DataInputStream(client.getInputStream());
                in.skipNBytes(in.readInt() - Integer.BYTES);
                DataOutputStream out = new DataOutputStream(client.getOutputStream());
                out.writeByte('R');
                out.writeInt(2 * Integer.BYTES + mechanisms.length);
                out.writeInt(10);
                out.write(mechanisms);
                out.flush();
                in.readAllBytes();
            } catch (IOException clientIsGone) {
                // The next one, if the test still runs.
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:8081, 'it must begin with http:// or https://, such as http://HOST:8081'",
        "//127.0.0.1:1, 'it must begin with http:// or https://, such as http://HOST:8081'",
        "http:///apis, 'it must begin with http:// or https://, such as http://HOST:8081'",
        "http://no-such-host.invalid:8081, 'there is no such host'",
        "http://127.0.0.1:1, 'nobody listens there'"
    })
    void shouldSayWhatIsWrongWithTheUrlOfARegistry(String url, String why) {
        PlainFailure failure = assertThrows(PlainFailure.class, () -> RegistryOptions.ask(url));
        assertEquals("--registry " + url + ": " + why, failure.getMessage());
    }

    @Test
    void shouldNameAFolderThatIsGivenAsSettingsOfTheKafkaClient(@TempDir Path folder) {
        HapaxRun run = HapaxRun.of("topics", "verify", "--bootstrap-servers", "127.0.0.1:1")
                .with("--command-config", folder.toString());
        assertEquals(2, run.exitCode(), run.output());
        assertEquals("--command-config: " + folder + " is a folder, not a file\n", run.output());
    }
}
