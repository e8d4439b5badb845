package io.hapax.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PlainReasonTest {
    private static final String RIGHTS = "; docs/operating.md lists the rights of each program";

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new NoSuchFileException("a.csv"), "a.csv: there is no such file"),
                Arguments.of(new AccessDeniedException("a.csv"), "a.csv: no right to read or write it"),
                Arguments.of(new UncheckedIOException(new NoSuchFileException("a")), "a: there is no such file"),
                Arguments.of(
                        new UncheckedIOException("accounts.csv", new MalformedInputException(1)),
                        "accounts.csv: it is no UTF-8 text"),
                Arguments.of(new FileSystemException("a.csv", null, "Too many links"), "a.csv: Too many links"),
                Arguments.of(new IOException("no room\n  left"), "no room left"),
                Arguments.of(
                        new IOException("asked http://h", new ConnectException()),
                        "asked http://h: nobody listens there"),
                Arguments.of(
                        new KafkaException(
                                "could not create topic a",
                                new InvalidReplicationFactorException("Replication factor 3 is larger than 1.")),
                        "could not create topic a: Replication factor 3 is larger than 1; --replication 1 is for a single"
                                + " broker, where a lost disk loses payments"),
                Arguments.of(
                        new KafkaException("the policy was not published", new TimeoutException("expired 1 record(s)")),
                        "the policy was not published: Kafka does not answer in time: a broker is down, not reachable, or"
                                + " has no leader for a partition"),
                Arguments.of(
                        new ExecutionException(new TopicAuthorizationException(Set.of("ledger-events"))),
                        "Kafka grants no right: Not authorized to access topics: [ledger-events]" + RIGHTS),
                Arguments.of(
                        GroupAuthorizationException.forGroupId("g"),
                        "Kafka grants no right: Not authorized to access group: g" + RIGHTS),
                Arguments.of(
                        new SaslAuthenticationException("Authentication failed."),
                        "Kafka refuses the credentials of --command-config (Authentication failed)"),
                Arguments.of(
                        new SQLException("password authentication failed", "28P01"),
                        "the database refuses --jdbc-user: wrong name or password (--jdbc-password, HAPAX_JDBC_PASSWORD)"),
                Arguments.of(
                        new SQLException("relation \"payments\" does not exist", "42P01"),
                        "no ledger is in this database, or --jdbc-user may not see it (relation \"payments\" does not"
                                + " exist); the ledger consumer makes its tables when it first starts"),
                Arguments.of(
                        new KafkaException("outer", new RuntimeException("java.lang.IllegalStateException: inner")),
                        "outer: inner"),
                Arguments.of(
                        new NullPointerException(),
                        "internal fault; HAPAX_JAVA_OPTIONS=-Dhapax.trace=true shows where, please report it"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void shouldSayInOneLineWhatWasWrongWhereAndWhatToDo(Throwable failure, String line) {
        assertEquals(line, PlainReason.of(failure));
    }
}
