package io.hapax.stream.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.hapax.stream.decision.Cancellation;
import io.hapax.stream.decision.Capture;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.AcceptedCommand;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.Payload;
import io.hapax.stream.decision.PayloadDigest;
import io.hapax.stream.decision.Payment;
import io.hapax.stream.decision.Reservation;
import io.hapax.stream.decision.Result;
import io.hapax.stream.gateway.journey.Submission;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a request would be answered, said without a command: after each test none was sent. */
class DryRunTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final PaymentKey KEY = new PaymentKey("acme", "order-1");
    private static final Payment PAYMENT = new Payment("alice", "bob", 1, "EUR", null);
    private static final Reservation HOLD = new Reservation("alice", "bob", 1, "EUR", null, Duration.ofDays(7), false);
    private static final String VOIDING = "{\"debtorAccount\":\"alice\"}";

    private final ApiFixture fixture = new ApiFixture();
    private final AtomicInteger sent = new AtomicInteger();

    @Nullable private IdempotencyRecord stored;

    private final PaymentsApi api = fixture.api(
            1000,
            (key, command, atMost) -> {
                sent.incrementAndGet();
                return new Submission.Undecided();
            },
            (call, kind, key) -> stored == null ? kind.notFound() : DecisionReply.found(kind, key, stored, NOON));

    @AfterEach
    void shouldHaveSentNothing() {
        assertEquals(0, sent.get());
    }

    @Test
    void shouldAdviseByWhatIsRememberedUnderTheKey() throws Exception {
        assertEquals("NEW null null", payment(ApiFixture.PAYMENT));
        stored = new Pending(first(PAYMENT), KEY, PAYMENT, NOON);
        assertEquals("IN_FLIGHT null null", payment(ApiFixture.PAYMENT));
        stored = settled(PAYMENT, new Result.Completed());
        assertEquals("REPLAYED 201 null", payment(ApiFixture.PAYMENT));
        stored = settled(PAYMENT, new Result.Failed("INSUFFICIENT_FUNDS", "alice"));
        assertEquals("REPLAYED 402 urn:hapax:problem:insufficient-funds", payment(ApiFixture.PAYMENT));
        stored = settled(HOLD, new Result.Completed());
        assertEquals("REPLAYED 201 null", reservation(ApiFixture.PAYMENT));
    }

    @Test
    void shouldNameTheFieldsInWhichAnotherContentDiffers() throws Exception {
        stored = settled(PAYMENT, new Result.Completed());
        Reply conflict = pay(ApiFixture.PAYMENT.replace(":1,", ":2,").replace("}", ",\"reference\":\"rent\"}"));
        assertEquals(200, conflict.status());
        assertEquals("CONFLICT", conflict.body().get("advice"));
        assertEquals(422, conflict.body().get("wouldAnswer"));
        assertEquals(List.of("amountMinor", "reference"), conflict.body().get("differingFields"));
        assertEquals("CONFLICT 422 urn:hapax:problem:key-reused", reservation(ApiFixture.PAYMENT));
        assertEquals(
                List.of("step"),
                api.post(dry(ApiFixture.PAYMENT), CommandBody::reservation)
                        .reply()
                        .body()
                        .get("differingFields"));
        stored = settled(HOLD, new Result.Completed());
        assertEquals("CONFLICT 422 urn:hapax:problem:key-reused", payment(ApiFixture.PAYMENT));
    }

    /** A capture is not found by its key: that a key is one's is not seen, and the page says so. */
    @Test
    void shouldAdviseOnEachStepAndOnCancels() throws Exception {
        assertEquals("NEW null null", voiding());
        assertEquals("NEW null null", cancel());
        stored = settled(new Capture("hold-1", "alice", 1, "EUR", false, null), new Result.Completed());
        assertEquals("NEW null null", cancel());
        stored = settled(PAYMENT, new Result.Completed());
        assertEquals("CONFLICT 422 urn:hapax:problem:key-reused", voiding());
        assertEquals("REPLAYED 409 urn:hapax:problem:already-completed", cancel());
        stored = settled(PAYMENT, new Result.Failed("ACCOUNT_CLOSED", "bob"));
        assertEquals("REPLAYED 200 null", cancel());
        stored = new Pending(first(PAYMENT), KEY, PAYMENT, NOON);
        assertEquals("IN_FLIGHT null null", cancel());
        stored = settled(new Cancellation(), new Result.Failed(Result.CANCELLED, null));
        assertEquals("REPLAYED 200 null", cancel());
        assertEquals("REPLAYED 409 urn:hapax:problem:cancelled", payment(ApiFixture.PAYMENT));
    }

    @Test
    void shouldRefuseWhatTheRealRequestWouldBeRefused() throws Exception {
        assertEquals(400, pay(ApiFixture.PAYMENT.replace(":1,", ":0,")).status());
        assertEquals(400, pay("{").status());
        Reply withdrawn = pay(ApiFixture.PAYMENT.replace("EUR", "BGN"));
        assertEquals(400, withdrawn.status());
        assertEquals("urn:hapax:problem:payment-invalid", withdrawn.body().get("type"));
        assertEquals("handling=dry-run", withdrawn.headers().get("Preference-Applied"));
        // A payment that was made before the currency was withdrawn is answered as ever.
        Payment old = new Payment("alice", "bob", 1, "BGN", null);
        stored = settled(old, new Result.Completed());
        assertEquals("REPLAYED 201 null", payment(ApiFixture.PAYMENT.replace("EUR", "BGN")));
    }

    @Test
    void shouldSayThatItCannotLookWhereItCannot() throws Exception {
        PaymentsApi moving = fixture.api(
                1000,
                (key, command, atMost) -> {
                    sent.incrementAndGet();
                    return new Submission.Undecided();
                },
                (call, kind, key) -> Reply.problem(Problem.LOOK_UP_UNAVAILABLE));
        Reply reply = moving.post(dry(ApiFixture.PAYMENT), CommandBody::payment).reply();
        assertEquals(503, reply.status());
        assertEquals("handling=dry-run", reply.headers().get("Preference-Applied"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "handling=dry-run                  | true",
                "Handling = Dry-Run                | true",
                "handling=\"dry-run\"             | true",
                "wait=3, handling=dry-run;x=1      | true",
                "handling=dry-run, handling=strict | true",
                "handling=strict, handling=dry-run | false",
                "handling, handling=dry-run        | false",
                "handling=                         | false",
                "handling=dry-runs                 | false",
                "handling=lenient                  | false",
                "dry-run                           | false",
                "x=\", handling=dry-run\"         | false",
                "xhandling=dry-run                 | false"
            })
    void shouldKnowThePreferenceAndIgnoreAllOtherValues(String prefer, boolean asked) {
        assertEquals(asked, DryRun.isAskedFor(List.of(prefer)));
    }

    @Test
    void shouldPayWhereAnotherHandlingIsPreferredAndConfirmNone() throws Exception {
        Reply paid = api.post(fixture.call(ApiFixture.PAYMENT, "handling=strict"), CommandBody::payment)
                .reply();
        assertEquals(202, paid.status());
        assertNull(paid.headers().get("Preference-Applied"));
        assertEquals(1, sent.getAndSet(0));
    }

    private static Settled settled(Payload payload, Result result) {
        return new Settled(first(payload), NOON, 3, result);
    }

    private static AcceptedCommand first(Payload payload) {
        return new AcceptedCommand(PayloadDigest.of(payload), NOON, new LogPosition(0, 7), 1);
    }

    private HttpCall dry(String body) {
        return fixture.call(body, "handling=dry-run");
    }

    private Reply pay(String body) throws InterruptedException {
        return api.post(dry(body), CommandBody::payment).reply();
    }

    private String payment(String body) throws InterruptedException {
        return words(pay(body));
    }

    private String reservation(String body) throws InterruptedException {
        return words(api.post(dry(body), CommandBody::reservation).reply());
    }

    private String voiding() throws InterruptedException {
        return words(api.post(dry(VOIDING), CommandBody.voiding("hold-1")).reply());
    }

    private String cancel() throws InterruptedException {
        return words(api.cancel(dry(""), "order-1").reply());
    }

    private static String words(Reply reply) {
        assertEquals(200, reply.status());
        assertEquals("handling=dry-run", reply.headers().get("Preference-Applied"));
        return reply.body().get("advice") + " " + reply.body().get("wouldAnswer") + " "
                + reply.body().get("problem");
    }
}
