package io.hapax.storm.check;

import io.hapax.storm.history.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A command on {@code payment-commands}.
 *
 * @param sentAtMs when the client says it first sent the payment
 */
record Command(
        Place place,
        long appendedMs,
        Name name,
        Payload payload,
        @Nullable Long sentAtMs) {
    private static final long MAX_AMOUNT = 9_000_000_000_000_000L;
    private static final int MAX_REFERENCE = 140;

    /** From this year on, RFC 9562's drafts gave UUIDv7 its milliseconds. */
    private static final long FIRST_UUID_TIME_MS = 1_640_995_200_000L;

    private static final Pattern UUID_V7 =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-7[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}");

    /** Rules that no other part of a command bears on, and no clock. Those about currencies are not among them. */
    static final Set<String> PLAIN_RULES = Set.of(
            "CLIENT_ID_MISSING",
            "CLIENT_ID_MALFORMED",
            "IDEMPOTENCY_KEY_MISSING",
            "IDEMPOTENCY_KEY_MALFORMED",
            "DEBTOR_ACCOUNT_MALFORMED",
            "CREDITOR_ACCOUNT_MALFORMED",
            "SAME_ACCOUNT",
            "AMOUNT_NOT_POSITIVE",
            "AMOUNT_TOO_LARGE",
            "REFERENCE_TOO_LONG");

    /** All rules that a payment can break. */
    static final Set<String> RULES = Stream.concat(
                    PLAIN_RULES.stream(), Stream.of("CURRENCY_UNKNOWN", "CURRENCY_WITHDRAWN", "SENT_IN_FUTURE"))
            .collect(Collectors.toUnmodifiableSet());

    /** The plain rules that it breaks, as docs/decisions.md has them. */
    List<String> brokenRules() {
        List<String> broken = new ArrayList<>();
        text(name.client(), "[A-Za-z0-9._-]{1,64}", "CLIENT_ID", broken);
        text(name.key(), "[!-~]{1,255}", "IDEMPOTENCY_KEY", broken);
        if (!payload.debtorAccount().matches("[!-~]{1,64}")) broken.add("DEBTOR_ACCOUNT_MALFORMED");
        if (!payload.creditorAccount().matches("[!-~]{1,64}")) broken.add("CREDITOR_ACCOUNT_MALFORMED");
        if (payload.debtorAccount().equals(payload.creditorAccount())) broken.add("SAME_ACCOUNT");
        if (payload.amountMinor() <= 0) broken.add("AMOUNT_NOT_POSITIVE");
        if (payload.amountMinor() > MAX_AMOUNT) broken.add("AMOUNT_TOO_LARGE");
        String reference = payload.reference();
        if (reference != null && reference.codePointCount(0, reference.length()) > MAX_REFERENCE) {
            broken.add("REFERENCE_TOO_LONG");
        }
        return broken;
    }

    private static void text(String text, String pattern, String rule, List<String> broken) {
        if (text.isEmpty()) {
            broken.add(rule + "_MISSING");
        } else if (!text.matches(pattern)) {
            broken.add(rule + "_MALFORMED");
        }
    }

    /** When the payment was first sent, as far as the command tells; a time in a key counts only if it can be true. */
    @Nullable Long toldMs(long nowMs, long allowedSkewMs) {
        if (sentAtMs != null) {
            return sentAtMs;
        }
        Long inKey = timeInKey();
        return inKey != null && inKey >= FIRST_UUID_TIME_MS && inKey <= nowMs + allowedSkewMs ? inKey : null;
    }

    private @Nullable Long timeInKey() {
        return UUID_V7.matcher(name.key()).matches()
                ? Long.parseLong(name.key().substring(0, 8) + name.key().substring(9, 13), 16)
                : null;
    }

    /** Names of the fields in which another payload differs, in the order of the schema. */
    static List<String> differences(Payload one, Payload other) {
        List<String> names = new ArrayList<>();
        if (!one.debtorAccount().equals(other.debtorAccount())) names.add("debtorAccount");
        if (!one.creditorAccount().equals(other.creditorAccount())) names.add("creditorAccount");
        if (one.amountMinor() != other.amountMinor()) names.add("amountMinor");
        if (!one.currency().equals(other.currency())) names.add("currency");
        if (!Objects.equals(one.reference(), other.reference())) names.add("reference");
        return names;
    }
}
