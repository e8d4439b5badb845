package io.hapax.lab.demo;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.lab.LabRun;
import io.hapax.ledger.book.AccountTerms;
import io.hapax.schemas.CaptureCommand;
import io.hapax.schemas.LedgerTime;
import io.hapax.schemas.ReservationCommand;
import io.hapax.schemas.ReservationDecision;
import io.hapax.schemas.VoidCommand;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.topics.Partitions;
import io.hapax.topics.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of payments in two steps and of cancels on real parts, by commands on the topic: holds, captures and voidings
 * that race, and holds whose time is over. Each test has a debtor of its own with 100 euros.
 *
 * <p>More than 300 lines: its methods use one running service, whose start takes longest.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwoStepsTest {
    private static final String CLIENT = "acme-shop";
    private static final String CREDITOR = "bob";
    private static final long MONEY = 100_00;
    private static final Duration HOLD = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int RACES = 8;
    private static final int RACED_KEYS = 60;

    /** Alone on its partition: no event of others moves the clock there. */
    private static final String IDLE = debtorOn("idle", 0);

    private static final String PUNCTUAL = debtorOn("punctual", 1);

    private static final String CLOCK = debtorOn("clock", 1);
    private static final String MANY = debtorOn("many", 2);
    private static final String RETRIED = debtorOn("retried", 2);
    private static final String CAPTURED = debtorOn("captured", 3);
    private static final String EITHER = debtorOn("either", 3);
    private static final String FREED = debtorOn("freed", 3);
    private static final String FENCED = debtorOn("fenced", 2);
    private static final String RACED = debtorOn("raced", 2);

    private static final String IDLE_HOLD = StepClients.keyOn(0, CLIENT, "idle");

    private static LiveDemo demo;
    private static StepClients clients;
    private static RightsRows rights;
    private static CancelRows cancels;
    private static CancelRace race;
    private static final List<StepClients.Taken> PUNCTUAL_CAPTURES = new ArrayList<>();

    @BeforeAll
    static void startEverything(@TempDir Path folder) throws Exception {
        List<AccountTerms> accounts =
                new ArrayList<>(Stream.of(IDLE, PUNCTUAL, CLOCK, MANY, RETRIED, CAPTURED, EITHER, FREED, FENCED, RACED)
                        .map(debtor -> AccountTerms.customer(debtor, "EUR", MONEY))
                        .toList());
        accounts.add(AccountTerms.customer(CREDITOR, "EUR", 0));
        demo = LiveDemo.idle(folder, accounts, Map.of("two.steps", "true", "guards", "true"));
        clients = new StepClients(demo.world());
        TopicSurgery commands = demo.surgery(Topic.PAYMENT_COMMANDS);
        commands.stampBy("CreateTime");
        rights = new RightsRows(demo, clients, debtorOn("vault", 3), CREDITOR);
        cancels = new CancelRows(demo, clients, FENCED, CREDITOR);
        race = new CancelRace(demo, clients, RACED, CREDITOR);
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        clients.send(hold(IDLE_HOLD, IDLE, MONEY), now.minus(Duration.ofHours(1)));
        captureAround(now.minus(Duration.ofSeconds(30)));
        commands.stampBy("LogAppendTime");
        demo.world().sandbox().stampedByBroker(Topic.PAYMENT_COMMANDS.topicName());
        demo.world().startApps();
        race.startTheOtherInstance();
        cancels.awaitWhatWasSentBefore();
    }

    /** Three holds, and their captures in the last millisecond, at the end, and after it. All on one partition. */
    private static void captureAround(Instant held) throws Exception {
        List<String> holds = Stream.of("before", "at", "after")
                .map(name -> StepClients.keyOn(1, CLIENT, name))
                .toList();
        for (String key : holds) {
            clients.send(hold(key, PUNCTUAL, 10_00), held);
        }
        for (int i = 0; i < holds.size(); i++) {
            String key = StepClients.keyOn(1, CLIENT, "capture-" + holds.get(i));
            PUNCTUAL_CAPTURES.add(clients.send(
                    capture(key, holds.get(i), PUNCTUAL, 10_00), held.plus(HOLD).plusMillis(i - 1)));
        }
    }

    @AfterAll
    static void stopEverything() {
        if (race != null) race.close();
        if (clients != null) clients.close();
        if (demo != null) demo.close();
    }

    @TestFactory
    Stream<DynamicTest> shouldLetNobodyDebitAnAccountOfAnother() {
        return rights.rows();
    }

    @TestFactory
    Stream<DynamicTest> shouldDoNothingUnderACancelledKey() {
        return cancels.rows();
    }

    @Test
    void shouldLetJustAsManyHoldsStandAsThereIsMoneyForAndHoldNothingForTheOthers() throws Exception {
        List<ReservationCommand> holds = IntStream.range(0, 20)
                .mapToObj(i -> hold("client-" + i % 5, "many-" + i, MANY, 10_00, false))
                .toList();
        assertEquals(
                Map.of("SETTLED COMPLETED", 10L, "SETTLED FAILED INSUFFICIENT_FUNDS", 10L),
                counted(clients.atOnce(holds)));
        assertEquals(List.of("10000 10000"), money(MANY));
        List<VoidCommand> voidings = holds.stream()
                .map(hold -> new VoidCommand(
                        hold.getClientId(), "void-" + hold.getIdempotencyKey(), hold.getIdempotencyKey(), MANY, null))
                .toList();
        assertEquals(
                Map.of("SETTLED COMPLETED", 10L, "SETTLED FAILED RESERVATION_FAILED", 10L),
                counted(clients.atOnce(voidings)));
        assertEquals(List.of("10000 0"), money(MANY));
    }

    @Test
    void shouldMoveMoneyOnceWhenClientsRetryACaptureAtOnce() throws Exception {
        assertEquals("SETTLED COMPLETED", clients.answer(hold("retried", RETRIED, 50_00)));
        CaptureCommand capture = capture("capture-retried", "retried", RETRIED, 40_00);
        Map<String, Long> answers = counted(clients.atOnce(IntStream.range(0, RACES)
                .mapToObj(i -> CaptureCommand.newBuilder(capture).build())
                .toList()));
        assertEquals(1, answers.get("SETTLED COMPLETED"), answers.toString());
        assertTrue(
                Set.of("SETTLED COMPLETED", "IN_FLIGHT", "REPLAYED COMPLETED").containsAll(answers.keySet()),
                answers.toString());
        assertEquals("REPLAYED COMPLETED", clients.answer(capture));
        assertEquals(
                "SETTLED FAILED RESERVATION_CAPTURED",
                clients.answer(capture("under-a-new-key", "retried", RETRIED, 40_00)));
        assertEquals(List.of("6000 0"), money(RETRIED));
        assertEquals(List.of("CAPTURED 1000"), ends(RETRIED));
    }

    @Test
    void shouldLetOneOfTwoCapturesMoveMoneyWhenTheyRace() throws Exception {
        List<ReservationCommand> holds = IntStream.range(0, RACES)
                .mapToObj(i -> hold("captured-" + i, CAPTURED, 10_00))
                .toList();
        assertEquals(Map.of("SETTLED COMPLETED", (long) RACES), counted(clients.atOnce(holds)));
        List<String> answers = clients.atOnce(holds.stream()
                .flatMap(hold -> Stream.of(
                        capture("one-" + hold.getIdempotencyKey(), hold.getIdempotencyKey(), CAPTURED, 10_00),
                        capture("two-" + hold.getIdempotencyKey(), hold.getIdempotencyKey(), CAPTURED, 7_00)))
                .toList());
        long moved = 0;
        for (int race = 0; race < RACES; race++) {
            boolean first = answers.get(2 * race).equals("SETTLED COMPLETED");
            assertEquals(
                    "SETTLED COMPLETED, SETTLED FAILED RESERVATION_CAPTURED",
                    answers.get(2 * race + (first ? 0 : 1)) + ", " + answers.get(2 * race + (first ? 1 : 0)));
            moved += first ? 10_00 : 7_00;
        }
        assertEquals(List.of(MONEY - moved + " 0"), money(CAPTURED));
        assertEquals(RACES, ends(CAPTURED).size());
    }

    @Test
    void shouldLetEitherTheCaptureOrTheVoidingWinAndShowOneOfThemInTheBooks() throws Exception {
        List<ReservationCommand> holds = IntStream.range(0, RACES)
                .mapToObj(i -> hold("either-" + i, EITHER, 10_00))
                .toList();
        assertEquals(Map.of("SETTLED COMPLETED", (long) RACES), counted(clients.atOnce(holds)));
        List<SpecificRecord> race = new ArrayList<>();
        for (ReservationCommand hold : holds) {
            String key = hold.getIdempotencyKey();
            SpecificRecord capture = capture("capture-" + key, key, EITHER, 10_00);
            SpecificRecord voiding = voiding("void-" + key, key, EITHER);
            // Each is the first one now and then.
            race.addAll(race.size() % 4 == 0 ? List.of(capture, voiding) : List.of(voiding, capture));
        }
        List<String> answers = clients.atOnce(race);
        List<String> ends = new ArrayList<>();
        for (int i = 0; i < race.size(); i += 2) {
            int captured = race.get(i) instanceof CaptureCommand ? i : i + 1;
            int voided = race.get(i) instanceof CaptureCommand ? i + 1 : i;
            boolean moved = answers.get(captured).equals("SETTLED COMPLETED");
            String end = moved ? "CAPTURED" : "VOIDED";
            assertEquals("SETTLED COMPLETED", answers.get(moved ? captured : voided));
            assertEquals("SETTLED FAILED RESERVATION_" + end, answers.get(moved ? voided : captured));
            ends.add(end + (moved ? " 0" : " 1000"));
        }
        assertEquals(ends, ends(EITHER));
        long moved = ends.stream().filter("CAPTURED 0"::equals).count();
        assertEquals(List.of(MONEY - moved * 10_00 + " 0"), money(EITHER));
    }

    @Test
    void shouldFreeMoneyOnceHoweverOftenItIsAsked() throws Exception {
        assertEquals("SETTLED COMPLETED", clients.answer(hold("freed", FREED, MONEY)));
        assertEquals("SETTLED COMPLETED", clients.answer(voiding("void", "freed", FREED)));
        // Held by another one now, which a second voiding must leave alone.
        assertEquals("SETTLED COMPLETED", clients.answer(hold("another", FREED, MONEY)));
        assertEquals("REPLAYED COMPLETED", clients.answer(voiding("void", "freed", FREED)));
        assertEquals("SETTLED FAILED RESERVATION_VOIDED", clients.answer(voiding("void-again", "freed", FREED)));
        assertEquals(List.of("10000 10000"), money(FREED));
    }

    @Test
    void shouldCaptureBeforeTheHoldEndsAndNotAtItsEnd() throws Exception {
        assertEquals(
                List.of(
                        "SETTLED COMPLETED",
                        "SETTLED FAILED RESERVATION_EXPIRED",
                        "SETTLED FAILED RESERVATION_EXPIRED"),
                PUNCTUAL_CAPTURES.stream()
                        .map(clients::decision)
                        .map(StepClients::told)
                        .toList());
        assertEquals(List.of("9000 0"), money(PUNCTUAL));
    }

    @Test
    void shouldFreeMoneyThatNobodyAskedForAtAPlaceOfTheLog() throws Exception {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (ends(IDLE).isEmpty()) {
            assertTrue(Instant.now().isBefore(deadline), "nobody frees the money");
        }
        assertEquals(List.of("EXPIRED 10000"), ends(IDLE));
        assertEquals(List.of("10000 0"), money(IDLE));
        WireReader<LedgerTime> reader = new WireReader<>(demo.world().format(), LedgerTime.class);
        assertTrue(demo.surgery(Topic.LEDGER_EVENTS).records().stream()
                .filter(event -> event.partition() == 0)
                .anyMatch(event -> reader.read(event.topic(), event.value()) instanceof Decoded.Value<?>));
        assertEquals(
                "SETTLED FAILED RESERVATION_EXPIRED", clients.answer(capture("capture-idle", IDLE_HOLD, IDLE, MONEY)));
        assertEquals("SETTLED FAILED RESERVATION_EXPIRED", clients.answer(voiding("void-idle", IDLE_HOLD, IDLE)));
    }

    /** {@link CancelRaceTest} is the long form. */
    @Test
    @Order(Integer.MAX_VALUE - 2)
    void shouldEitherPayOrCancelAKeyWhenBothRaceAndProcessesAreKilled() throws Exception {
        race.race(RACED_KEYS, List.of(demo.world().streamApp(), demo.world().ledgerConsumer()));
        race.demandBothWins();
    }

    /** Until the broker's clock goes ahead, and after: with its own stamps, whatever the clocks of others say. */
    @Test
    @Order(Integer.MAX_VALUE - 1)
    void shouldEndAHoldByTheBrokersClock() throws Exception {
        String key = StepClients.keyOn(2, CLIENT, "clock");
        ReservationDecision held = clients.decision(clients.send(hold(CLIENT, key, CLOCK, MONEY, true)));
        Instant expiresAt = held.getHeldUntil();
        demo.world().sandbox().setClockAhead(1, HOLD);
        List<StepClients.Taken> taken = new ArrayList<>();
        do {
            String own = StepClients.keyOn(2, CLIENT, "part-" + taken.size());
            taken.add(clients.send(new CaptureCommand(CLIENT, own, key, CLOCK, 1L, "EUR", true, null, null)));
        } while (taken.getLast().at().isBefore(expiresAt) && taken.size() < MONEY);
        assertEquals(
                taken.stream()
                        .map(each -> each.at().isBefore(expiresAt)
                                ? "SETTLED COMPLETED"
                                : "SETTLED FAILED RESERVATION_EXPIRED")
                        .toList(),
                taken.stream().map(clients::decision).map(StepClients::told).toList());
        assertTrue(taken.size() > 1 && !taken.getLast().at().isBefore(expiresAt), taken.toString());
        assertEquals(List.of(MONEY - (taken.size() - 1) + " 0"), money(CLOCK));
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void shouldFindTheSameInTheBooksInTheLogAndInARebuild() throws Exception {
        race.askAgainAfterTheRetention();
        assertEquals(List.of(), demo.query("SELECT violated FROM ledger_check()"));
        for (String tool : List.of("rebuild", "reconcile", "audit")) {
            LabRun run = tool.equals("audit") ? demo.hapax(tool) : demo.hapax(tool, "--wait", "60s");
            assertEquals(0, run.exitCode(), run.output());
        }
        swapADamagedLedger();
        demo.world().ledgerConsumer().start();
        cancels.checkRebuilt();
        race.askAgainAfterTheRetention();
        assertEquals(List.of(), demo.query("SELECT violated FROM ledger_check()"));
    }

    /** What owners asked for then comes back, whoever owns the account now. */
    private static void swapADamagedLedger() throws Exception {
        demo.world().ledgerConsumer().stop();
        demo.tamper("UPDATE accounts SET balance_minor = balance_minor + 1 WHERE id = '" + CREDITOR + "'");
        LabRun swapped = demo.hapax("rebuild", "--swap");
        assertEquals(0, swapped.exitCode(), swapped.output());
        assertTrue(swapped.output().contains("Swapped"), swapped.output());
        assertEquals(List.of(), demo.query("SELECT violated FROM ledger_check()"));
    }

    private static ReservationCommand hold(String key, String debtor, long amountMinor) {
        return hold(CLIENT, key, debtor, amountMinor, false);
    }

    private static ReservationCommand hold(
            String client, String key, String debtor, long amountMinor, boolean multiple) {
        return new ReservationCommand(
                client, key, debtor, CREDITOR, amountMinor, "EUR", null, null, HOLD.toMillis(), multiple);
    }

    private static CaptureCommand capture(String key, String reservation, String debtor, long amountMinor) {
        return new CaptureCommand(CLIENT, key, reservation, debtor, amountMinor, "EUR", false, null, null);
    }

    private static VoidCommand voiding(String key, String reservation, String debtor) {
        return new VoidCommand(CLIENT, key, reservation, debtor, null);
    }

    private static String debtorOn(String name, int partition) {
        return IntStream.iterate(0, number -> number + 1)
                .mapToObj(number -> name + "-" + number)
                .filter(debtor -> Partitions.of(debtor, StepClients.PARTITIONS) == partition)
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Long> counted(List<String> answers) {
        return answers.stream().collect(groupingBy(answer -> answer, counting()));
    }

    /** Balance and held money. */
    private static List<String> money(String account) throws Exception {
        return demo.query("SELECT balance_minor || ' ' || held_minor FROM accounts WHERE id = '" + account + "'");
    }

    /** What ended the reservations, in the order of their keys, and what was freed. */
    private static List<String> ends(String debtor) throws Exception {
        return demo.query("SELECT how || ' ' || released_minor FROM reservation_ends JOIN payments"
                + " ON payment_id = reservation_ends.reservation_id WHERE debtor_account = '" + debtor
                + "' ORDER BY idempotency_key");
    }
}
