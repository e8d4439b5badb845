package io.hapax.stream.gateway;

import io.hapax.stream.decision.Asked;
import io.hapax.stream.decision.Cancellation;
import io.hapax.stream.decision.Capture;
import io.hapax.stream.decision.IsoReason;
import io.hapax.stream.decision.IsoStatus;
import io.hapax.stream.decision.Payload;
import io.hapax.stream.decision.Payment;
import io.hapax.stream.decision.Reservation;
import io.hapax.stream.decision.Result;
import io.hapax.stream.decision.Voiding;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that tells the state of a payment, or of a step of one. The state of a step has a name of its
 * own: a client that looks for a payment's must not find it there.
 */
final class StateBody {
    private StateBody() {}

    /** The body of what Kafka has: it is not known whether the key is of this command. */
    static Map<String, Object> taken(PaymentKey key, Asked.Kind kind) {
        return body(key, kind, "PENDING", IsoStatus.RCVD, null);
    }

    /** The body of what is accepted and not settled. */
    static Map<String, Object> pending(PaymentKey key, Asked.Kind kind, Payload payload) {
        return body(key, kind, "PENDING", IsoStatus.PDNG, payload);
    }

    /** The body of a key under which nothing is ever done. */
    static Map<String, Object> cancelled(PaymentKey key) {
        return body(key, Asked.Kind.CANCEL, "CANCELLED", IsoStatus.CANC, null);
    }

    /**
     * The body of what is done.
     *
     * @param heldUntil null unless money is held
     */
    static Map<String, Object> completed(
            PaymentKey key, Asked.Kind kind, @Nullable Payload payload, @Nullable Instant heldUntil) {
        Map<String, Object> body = body(key, kind, done(kind), IsoStatus.done(kind), payload);
        if (heldUntil != null) {
            body.put("heldUntil", Reply.show(heldUntil));
        }
        return body;
    }

    static Map<String, Object> failed(
            PaymentKey key, Asked.Kind kind, Result.Failed failed, @Nullable Payload payload) {
        Map<String, Object> body = body(key, kind, "FAILED", IsoStatus.RJCT, payload);
        body.put("failureReason", failed.reason());
        body.put("isoReason", IsoReason.codeOf(failed.reason()));
        if (failed.account() != null) {
            body.put("failedAccount", failed.account());
        }
        if (failed.duplicateOf() != null) {
            body.put("duplicateOf", failed.duplicateOf());
        }
        return body;
    }

    private static String done(Asked.Kind kind) {
        return switch (kind) {
            case PAYMENT -> "COMPLETED";
            case RESERVE -> "HELD";
            case CAPTURE -> "CAPTURED";
            case VOID -> "VOIDED";
            case CANCEL -> throw new IllegalArgumentException("a cancel completes nothing");
        };
    }

    /** @param payload the content, so that nobody takes it for another; null where that is not known */
    private static Map<String, Object> body(
            PaymentKey key, Asked.Kind kind, String status, IsoStatus iso, @Nullable Payload payload) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("paymentId", key.paymentId().toString());
        body.put("idempotencyKey", key.idempotencyKey());
        if (kind == Asked.Kind.PAYMENT || kind == Asked.Kind.CANCEL) {
            body.put("paymentStatus", status);
        } else {
            body.put("step", kind.name());
            body.put("stepStatus", status);
        }
        body.put("isoStatus", iso.name());
        switch (payload) {
            case null -> {}
            case Cancellation cancel -> {}
            case Payment payment -> {
                putAccounts(body, payment.debtorAccount(), payment.creditorAccount());
                putMoney(body, payment.amountMinor(), payment.currency(), payment.reference());
            }
            case Reservation reservation -> {
                putAccounts(body, reservation.debtorAccount(), reservation.creditorAccount());
                putMoney(body, reservation.amountMinor(), reservation.currency(), reservation.reference());
                body.put(CommandBody.HOLD_MS, reservation.hold().toMillis());
                body.put(CommandBody.MULTIPLE, reservation.multiple());
            }
            case Capture capture -> {
                body.put(CommandBody.RESERVATION_KEY, capture.reservationKey());
                body.put(CommandBody.DEBTOR, capture.debtorAccount());
                putMoney(body, capture.amountMinor(), capture.currency(), capture.reference());
                body.put(CommandBody.MORE_WILL_FOLLOW, capture.moreWillFollow());
            }
            case Voiding voiding -> {
                body.put(CommandBody.RESERVATION_KEY, voiding.reservationKey());
                body.put(CommandBody.DEBTOR, voiding.debtorAccount());
            }
        }
        return body;
    }

    private static void putAccounts(Map<String, Object> body, String debtor, String creditor) {
        body.put(CommandBody.DEBTOR, debtor);
        body.put(CommandBody.CREDITOR, creditor);
    }

    private static void putMoney(
            Map<String, Object> body, long amountMinor, String currency, @Nullable String reference) {
        body.put(CommandBody.AMOUNT, amountMinor);
        body.put(CommandBody.CURRENCY, currency);
        if (reference != null) {
            body.put(CommandBody.REFERENCE, reference);
        }
    }
}
