package io.hapax.stream.gateway;

import io.hapax.stream.decision.Asked;
import io.hapax.stream.decision.Payload;
import io.hapax.stream.decision.PayloadField;
import io.hapax.topics.PaymentKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The advice that a request with {@code Prefer: handling=dry-run} (RFC 7240) gets in place of its answer: what would be
 * answered now, by what is remembered of the key. Nothing is sent, and the ledger is not asked.
 */
final class DryRun {
    /** The preference, as the answer confirms it. */
    static final String APPLIED = "handling=dry-run";

    private static final String VALUE = "dry-run";
    private static final Pattern HANDLING = Pattern.compile(
            "handling\\s*(?:=\\s*(?:([^\\s;\"]*)|\"([^\"]*)\")\\s*)?(?:;.*)?", Pattern.CASE_INSENSITIVE);

    /** The fields of the content that a look-up tells. */
    private static final List<PayloadField> COMPARED = List.of(
            PayloadField.DEBTOR_ACCOUNT,
            PayloadField.CREDITOR_ACCOUNT,
            PayloadField.AMOUNT_MINOR,
            PayloadField.CURRENCY,
            PayloadField.REFERENCE,
            PayloadField.HOLD_MS,
            PayloadField.MULTIPLE);

    private DryRun() {}

    /** Of several preferences of one name the first counts, and an unknown value is ignored, as the RFC says. */
    static boolean isAskedFor(List<String> prefer) {
        for (String preference : ListHeader.elements(prefer)) {
            Matcher handling = HANDLING.matcher(preference);
            if (handling.matches()) {
                return VALUE.equalsIgnoreCase(handling.group(1)) || VALUE.equalsIgnoreCase(handling.group(2));
            }
        }
        return false;
    }

    /** The advice about a key under which nothing is remembered. */
    static Reply unknown(PaymentKey key) {
        return reply(key, "NEW", Map.of());
    }

    /**
     * The advice about a key of which something is remembered.
     *
     * @param found its state, as the look-up tells it
     */
    static Reply known(PaymentKey key, Payload asked, LookedUp kind, Map<String, Object> found) {
        return asked.asked().kind() == Asked.Kind.CANCEL
                ? ofCancel(key, state(found))
                : ofCommand(key, asked, kind, found, state(found));
    }

    private static Reply ofCommand(
            PaymentKey key, Payload asked, LookedUp kind, Map<String, Object> found, String state) {
        if (state.equals("CANCELLED")) {
            return replayed(key, Problem.CANCELLED);
        }
        List<String> differing = asked.asked().kind() == kind.kind()
                ? differences(key, asked, found)
                : List.of(PayloadField.STEP.wireName());
        if (!differing.isEmpty()) {
            Map<String, Object> more = would(Problem.KEY_REUSED);
            more.put("differingFields", differing);
            return reply(key, "CONFLICT", more);
        }
        return switch (state) {
            case "PENDING" -> reply(key, "IN_FLIGHT", Map.of());
            case "FAILED" -> replayed(key, Problem.ofFailure(String.valueOf(found.get("failureReason"))));
            default -> reply(key, "REPLAYED", Map.of("wouldAnswer", 201));
        };
    }

    private static Reply ofCancel(PaymentKey key, String state) {
        return switch (state) {
            case "PENDING" -> reply(key, "IN_FLIGHT", Map.of());
            case "FAILED", "CANCELLED" -> reply(key, "REPLAYED", Map.of("wouldAnswer", 200));
            default -> replayed(key, Problem.ALREADY_COMPLETED);
        };
    }

    private static String state(Map<String, Object> found) {
        Object ofPayment = found.get("paymentStatus");
        return String.valueOf(ofPayment == null ? found.get("stepStatus") : ofPayment);
    }

    /** Nothing where a version that did not keep the content settled the payment. */
    private static List<String> differences(PaymentKey key, Payload asked, Map<String, Object> found) {
        if (!found.containsKey(CommandBody.DEBTOR)) {
            return List.of();
        }
        Map<String, Object> ours = StateBody.pending(key, asked.asked().kind(), asked);
        return COMPARED.stream()
                .map(PayloadField::wireName)
                .filter(name -> !Objects.equals(text(ours.get(name)), text(found.get(name))))
                .toList();
    }

    /** Numbers of another instance come as they are read from JSON. */
    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static Reply replayed(PaymentKey key, Problem problem) {
        return reply(key, "REPLAYED", would(problem));
    }

    private static Map<String, Object> would(Problem problem) {
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("wouldAnswer", problem.status());
        more.put("problem", problem.type());
        return more;
    }

    private static Reply reply(PaymentKey key, String advice, Map<String, Object> more) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("advice", advice);
        body.put("paymentId", key.paymentId().toString());
        body.put("idempotencyKey", key.idempotencyKey());
        body.putAll(more);
        return Reply.payment(200, "dry-run", body);
    }
}
