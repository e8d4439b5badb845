package io.hapax.storm.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.hapax.storm.history.ClientEvent.Kind;
import io.hapax.storm.history.ClientEvent.Request;
import io.hapax.storm.history.ClientEvent.Route;
import io.hapax.storm.history.ClientEvent.Type;
import io.hapax.storm.history.RunEnd.Replicas;
import io.hapax.storm.history.RunEnd.ToolVerdict;
import io.hapax.storm.history.RunFacts.Instance;
import io.hapax.storm.history.RunFacts.OpenedAccount;
import io.hapax.storm.history.RunFacts.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that a folder gives back what was written to it, and says so when it can't. */
class RunFolderTest {
    private static final ClientEvent PAID = new ClientEvent(
            1,
            2,
            "acme",
            "order/ü \"1\"",
            3,
            Type.INVOKE,
            Route.HTTP,
            "stream-app-1",
            Request.of(Kind.PAYMENT, new Payload("alice", "bob", Long.MAX_VALUE, "EUR", null), 4L),
            null,
            null);

    private RunFolder folder;

    @BeforeEach
    void makeFolder(@TempDir Path path) {
        folder = new RunFolder(path.resolve("run"));
    }

    @Test
    void shouldGiveBackWhatClientsRemember() {
        ClientEvent answered = new ClientEvent(
                5,
                6,
                "acme",
                "k",
                7,
                Type.ANSWER,
                Route.HTTP,
                "stream-app-1",
                null,
                Answer.http(201, Map.of("idempotent-replayed", "true"), "{\n}"),
                null);
        ClientEvent unknown = new ClientEvent(
                8, 9, "acme", "k", 10, Type.UNKNOWN, Route.TOPIC, "producer-1", null, null, "timed out");
        try (LineWriter<ClientEvent> one = folder.clientEvents("one");
                LineWriter<ClientEvent> two = folder.clientEvents("two")) {
            two.append(unknown);
            one.append(PAID);
            one.append(answered);
        }
        List<ClientEvent> read = new ArrayList<>();
        folder.readClientEvents(read::add);
        assertEquals(List.of(PAID, answered, unknown), read);
    }

    @Test
    void shouldGiveBackRecordsFaultsFiguresAndLookUps() {
        TopicRecord decoded = new TopicRecord(
                1,
                2,
                3,
                "a2V5",
                Map.of("h", "v"),
                "X",
                JsonNodeFactory.instance.objectNode().put("a", 1L),
                null);
        TopicRecord broken = new TopicRecord(1, 3, 3, null, Map.of(), null, null, "AAEC");
        Fault fault = new Fault(1, "KILL", "stream-app-1", 1, 2, 60_000, Map.of("stream-app-1", 3L));
        Sample sample = new Sample(1, "stream-app-1", 2, 3, 4, 5, true, null);
        LookUp lookUp = new LookUp("acme", "k", "stream-app-2", Answer.http(404, Map.of(), "{}"));
        try (LineWriter<TopicRecord> topic = folder.topic("payment-commands");
                LineWriter<Fault> faults = folder.faults();
                LineWriter<Sample> figures = folder.figures();
                LineWriter<LookUp> lookUps = folder.lookUps()) {
            topic.append(decoded);
            topic.append(broken);
            faults.append(fault);
            figures.append(sample);
            lookUps.append(lookUp);
        }
        List<Object> read = new ArrayList<>();
        folder.readTopic("payment-commands", each -> read.add(each.toString()));
        folder.readFaults(read::add);
        folder.readFigures(read::add);
        folder.readLookUps(read::add);
        assertEquals(Arrays.asList(decoded.toString(), broken.toString(), fault, sample, lookUp), read);
    }

    @Test
    void shouldGiveBackFactsAndEnd() {
        RunFacts facts = new RunFacts(
                1,
                Map.of("minutes", "3"),
                Map.of("kafka", "4"),
                2,
                3,
                6,
                List.of(new Instance("stream-app-1", "stream-app")),
                new Times(4, 5, 6, 0),
                List.of(new OpenedAccount("alice", "EUR", 0, 100, false)));
        RunEnd end = new RunEnd(
                1,
                2,
                Map.of("ledger/ledger-events-0", 0L),
                Map.of("stream-app-1", true),
                Map.of("stream-app-1", 0L),
                Map.of("ledger-events", 5L),
                List.of(new Replicas("ledger-events", 0, Map.of("1", "d"), List.of("1"))),
                List.of(new ToolVerdict("reconcile", 0, "all is well")));
        folder.writeFacts(facts);
        folder.writeEnd(end);
        assertEquals(facts, folder.facts());
        assertEquals(end, folder.end());
    }

    @Test
    void shouldRefuseAFileThatEndsEarly() throws IOException {
        try (LineWriter<ClientEvent> events = folder.clientEvents("one")) {
            events.append(PAID);
        }
        Path file = folder.path().resolve("clients/one.jsonl.gz");
        byte[] whole = Files.readAllBytes(file);
        for (int length : List.of(0, 5, whole.length / 2, whole.length - 1)) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThrows(UncheckedIOException.class, () -> folder.readClientEvents(event -> {}), length + " bytes");
        }
    }
}
