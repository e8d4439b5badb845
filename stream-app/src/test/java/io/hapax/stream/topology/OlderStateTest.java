package io.hapax.stream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.LedgerOutcomeStatus;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.ReservationDecision;
import io.hapax.schemas.ReservationEvent;
import io.hapax.schemas.ReservationStep;
import io.hapax.schemas.Verdict;
import io.hapax.stream.records.IdempotencyStores;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/**
 * The state folder of a program that knew no reservations, with ended and pending payments: this program goes on with
 * it. The test driver restores nothing, so what is known comes from the folder alone.
 *
 * <p>{@link StateOfThisVersion} has made the folder, in the commit before reservations came.
 */
class OlderStateTest {
    private static final Instant PENDING_SINCE = Journey.NOON.plusSeconds(10);
    private static final byte[] KEY_OF_OFFSETS = {0};

    @TempDir
    private Path folder;

    private Journey journey;

    @BeforeEach
    void goOn() throws IOException, RocksDBException {
        try (InputStream stored = OlderStateTest.class.getResourceAsStream("state-before-two-steps.zip");
                ZipInputStream files = new ZipInputStream(stored)) {
            for (ZipEntry file = files.getNextEntry(); file != null; file = files.getNextEntry()) {
                Path target = folder.resolve(file.getName());
                Files.createDirectories(target.getParent());
                Files.copy(files, target);
            }
        }
        for (String store : List.of(IdempotencyStores.PENDING, IdempotencyStores.ENDED)) {
            leftAMomentAgo(folder.resolve("journey/0_0/rocksdb/" + store).toString());
        }
        journey = new Journey(folder, true).at(Journey.NOON.plusSeconds(20));
        // The driver counts offsets from zero again. Those of the older commands are no others' now.
        for (int offset = 0; offset < 4; offset++) {
            journey.complete(journey.command("offset-" + offset).build());
        }
    }

    /** A folder that was left a day ago is not trusted. */
    private static void leftAMomentAgo(String store) throws RocksDBException {
        RocksDB.loadLibrary();
        List<ColumnFamilyHandle> families = new ArrayList<>();
        try (Options any = new Options();
                DBOptions options = new DBOptions();
                WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
                FlushOptions now = new FlushOptions();
                RocksDB database = RocksDB.open(
                        options,
                        store,
                        RocksDB.listColumnFamilies(any, store).stream()
                                .map(ColumnFamilyDescriptor::new)
                                .toList(),
                        families)) {
            for (ColumnFamilyHandle family : families) {
                if (new String(family.getName(), UTF_8).equals("offsets")) {
                    String left = new String(database.get(family, KEY_OF_OFFSETS), UTF_8);
                    String moved = left.replaceFirst("complete-at \\d+", "complete-at " + System.currentTimeMillis());
                    database.put(family, unlogged, KEY_OF_OFFSETS, moved.getBytes(UTF_8));
                    database.flush(now, family);
                }
            }
            families.forEach(ColumnFamilyHandle::close);
        }
    }

    @AfterEach
    void close() {
        journey.close();
    }

    @Test
    void shouldAnswerRetriesOfEndedPaymentsAsBefore() {
        journey.send(journey.command("completed").build());
        PaymentDecision completed = journey.decisions().getFirst();
        assertEquals(Verdict.REPLAYED, completed.getVerdict());
        assertEquals(Journey.NOON, completed.getFirstSeenAt());
        assertEquals(Journey.NOON.plus(Journey.POLICY.retention()), completed.getExpiresAt());
        assertEquals(0, completed.getOriginalOffset());

        journey.send(journey.command("failed").setReference("rent").build());
        PaymentDecision failed = journey.decisions().getFirst();
        assertEquals(Verdict.REPLAYED, failed.getVerdict());
        assertEquals("INSUFFICIENT_FUNDS", failed.getFailureReason());

        journey.send(journey.command("completed").setAmountMinor(1001).build());
        PaymentDecision conflict = journey.decisions().getFirst();
        assertEquals(Verdict.CONFLICT, conflict.getVerdict());
        assertEquals(List.of("amountMinor"), conflict.getDifferingFields());
        assertEquals(List.of(), journey.events());
    }

    @Test
    void shouldSettleAPendingPaymentByTheOutcomeOfItsEvent() {
        journey.send(journey.command("pending").setReference("gas").build());
        assertEquals(List.of("IN_FLIGHT"), journey.verdicts());
        journey.publish(LedgerOutcome.newBuilder()
                .setPaymentId(new PaymentKey("acme", "pending").paymentId())
                .setClientId("acme")
                .setIdempotencyKey("pending")
                .setStatus(LedgerOutcomeStatus.COMPLETED)
                .setAttempt(1)
                .setAcceptedAt(PENDING_SINCE)
                .setCommandPartition(0)
                .setCommandOffset(2)
                .build());
        assertEquals(List.of("SETTLED COMPLETED"), journey.verdicts());
        journey.send(journey.command("pending").setReference("gas").build());
        assertEquals(List.of("REPLAYED COMPLETED"), journey.verdicts());
        assertEquals(List.of(), journey.events());
    }

    @Test
    void shouldAskTheLedgerAboutPendingPaymentsWhoseLeaseIsOver() {
        journey.at(PENDING_SINCE.plus(Journey.POLICY.lease()).plusSeconds(30));
        // Its time is the task's clock.
        journey.send(journey.command("another").build());
        List<LedgerEvent> asked = journey.after(Duration.ofSeconds(10)).events().stream()
                .filter(event -> event.getKind() == LedgerEventKind.INQUIRE)
                .toList();
        assertEquals(
                List.of("pending 1000 EUR gas", "unanswered 1000 JPY null"),
                asked.stream()
                        .map(event -> event.getIdempotencyKey() + " " + event.getAmountMinor() + " "
                                + event.getCurrency() + " " + event.getReference())
                        .distinct()
                        .sorted()
                        .toList());
    }

    @Test
    void shouldTakeNoReservationUnderTheKeyOfAnOlderPaymentAndHoldUnderANewOne() {
        for (String key : List.of("completed", "pending")) {
            reserve(key);
            ReservationDecision conflict = decisionOfAStep();
            assertEquals(List.of("step"), conflict.getDifferingFields(), key);
        }
        assertEquals(List.of(), journey.sent(Topic.LEDGER_EVENTS, ReservationEvent.class));
        reserve("hold");
        assertEquals(
                List.of("hold"),
                journey.sent(Topic.LEDGER_EVENTS, ReservationEvent.class).stream()
                        .map(ReservationEvent::getIdempotencyKey)
                        .toList());
    }

    private void reserve(String key) {
        SpecificRecord command = Steps.command(ReservationStep.RESERVE, key, 1000, journey.now());
        journey.sendBytes(journey.bytesOf(Topic.PAYMENT_COMMANDS, command));
    }

    private ReservationDecision decisionOfAStep() {
        return journey.sent(Topic.PAYMENT_DECISIONS, ReservationDecision.class).getFirst();
    }
}
