package io.hapax.ledger.consume;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.ledger.posting.FailureReason;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PaymentResult;
import io.hapax.ledger.posting.PaymentResult.Completed;
import io.hapax.ledger.posting.PaymentResult.Failed;
import io.hapax.ledger.posting.PostingAnswer;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.PostingResult.AlreadySettled;
import io.hapax.ledger.posting.PostingResult.Settled;
import io.hapax.ledger.posting.RecordedPayment;
import io.hapax.ledger.posting.Requests;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LedgerMetricsTest {
    private static final Failed CANCELLED = new Failed(FailureReason.CANCELLED, null);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void shouldCountCancelsByWhatTheyFound() {
        PostingRequest payment = Requests.post("k", Requests.payment("alice", "bob", 1), 1);
        PostingRequest cancel = Requests.post("k", PaymentContent.cancel(), 2);
        new LedgerMetrics(meters)
                .booked(
                        1,
                        List.of(
                                new PostingAnswer(cancel, new Settled(new RecordedPayment(cancel, CANCELLED))),
                                found(cancel, cancel, CANCELLED),
                                found(cancel, payment, new Completed()),
                                found(cancel, payment, new Failed(FailureReason.INSUFFICIENT_FUNDS, "alice")),
                                // No cancels: a payment that met one, and one that met nothing.
                                found(payment, cancel, CANCELLED),
                                found(payment, payment, new Completed())));
        assertEquals(
                Map.of("CANCELLED", 2.0, "COMPLETED", 1.0, "FAILED", 1.0),
                meters.find("hapax.ledger.cancels").counters().stream()
                        .collect(Collectors.toMap(
                                counter -> String.valueOf(counter.getId().getTag("found")), Counter::count)));
    }

    private static PostingAnswer found(PostingRequest asked, PostingRequest recorded, PaymentResult result) {
        return new PostingAnswer(asked, new AlreadySettled(new RecordedPayment(recorded, result)));
    }
}
