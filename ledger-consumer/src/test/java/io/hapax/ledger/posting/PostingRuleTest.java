package io.hapax.ledger.posting;

import static io.hapax.ledger.posting.Requests.inquire;
import static io.hapax.ledger.posting.Requests.post;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.topics.LogPosition;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The posting rule, row by row, and every pair of neighbouring checks: a payment that fails two gets the first.
 *
 * <p>A payment of 10 EUR. An account is written as its state: {@code 50} is open with that balance, {@code 0-5} may
 * go down to −5, {@code closed}, {@code usd} is kept in dollars, {@code none} was never opened, {@code system} has no
 * limit, {@code max} and {@code min} are at the ends of 64 bits. Behind a colon are its owners: {@code 50:shop} belongs
 * to the client that asks, {@code 50:other} to another, and {@code 50:} may be debited by no client.
 */
class PostingRuleTest {
    private static final String EUR = "EUR";

    @ParameterizedTest(name = "{0}: {1}, from {2} to {3} → {4}")
    @CsvSource(delimiter = '|', textBlock = """
            # each answer
            funds                                | 10 EUR            | 50     | 0      | COMPLETED
            the last cent                        | 10 EUR            | 10     | 0      | COMPLETED
            down to the limit                    | 10 EUR            | 0-10   | 0      | COMPLETED
            beyond the limit                     | 10 EUR            | 0-9    | 0      | INSUFFICIENT_FUNDS debtor
            no funds                             | 10 EUR            | 9      | 0      | INSUFFICIENT_FUNDS debtor
            a system account may owe             | 10 EUR            | system | 0      | COMPLETED
            nobody pays                          | 10 EUR            | none   | 0      | ACCOUNT_NOT_FOUND debtor
            nobody is paid                       | 10 EUR            | 50     | none   | ACCOUNT_NOT_FOUND creditor
            a closed account pays                | 10 EUR            | closed | 0      | ACCOUNT_CLOSED debtor
            a closed account is paid             | 10 EUR            | 50     | closed | ACCOUNT_CLOSED creditor
            debtor in dollars                    | 10 EUR            | usd    | 0      | CURRENCY_MISMATCH debtor
            creditor in dollars                  | 10 EUR            | 50     | usd    | CURRENCY_MISMATCH creditor
            payment in dollars                   | 10 USD            | 50     | 0      | CURRENCY_MISMATCH debtor
            up to the last number of 64 bits     | 9 EUR             | 50     | max    | COMPLETED
            down to the last number of 64 bits   | 9 EUR             | min    | 0      | COMPLETED
            creditor beyond 64 bits              | 10 EUR            | 50     | max    | BALANCE_OVERFLOW creditor
            system account beyond 64 bits        | 10 EUR            | min    | 0      | BALANCE_OVERFLOW debtor
            its owner pays                       | 10 EUR            | 50:shop | 0     | COMPLETED
            one of its owners pays               | 10 EUR            | 50:other+shop | 0 | COMPLETED
            a stranger pays                      | 10 EUR            | 50:other | 0    | NOT_ALLOWED debtor
            another case is another client       | 10 EUR            | 50:Shop | 0     | NOT_ALLOWED debtor
            the beginning of the id              | 10 EUR            | 50:sho+shop2 | 0 | NOT_ALLOWED debtor
            nobody may                           | 10 EUR            | 50:    | 0      | NOT_ALLOWED debtor
            a stranger debits a system account   | 10 EUR            | system:other | 0 | NOT_ALLOWED debtor
            a stranger is paid to                | 10 EUR            | 50     | 0:other | COMPLETED
            # smuggled past the edge
            nothing                              | 0 EUR             | 50     | 0      | INVALID_POSTING
            a negative amount takes nothing      | -10 EUR           | 50     | 50     | INVALID_POSTING
            the most negative amount             | -9223372036854775808 EUR | 50 | 50  | INVALID_POSTING
            the greatest amount                  | 9223372036854775807 EUR | 50 | 0    | INSUFFICIENT_FUNDS debtor
            the greatest amount, any limit       | 9223372036854775807 EUR | system | 0 | COMPLETED
            the greatest amount, twice           | 9223372036854775807 EUR | min | 0   | BALANCE_OVERFLOW debtor
            one account on both sides            | 10 EUR to itself  | 50     | 50     | INVALID_POSTING
            no currency                          | 10 XXX            | 50     | 0      | INVALID_POSTING
            gold                                 | 10 XAU            | 50     | 0      | INVALID_POSTING
            a withdrawn currency is still money  | 10 BGN            | 50     | 0      | CURRENCY_MISMATCH debtor
            the rarest currency                  | 10 UYW            | 50     | 0      | CURRENCY_MISMATCH debtor
            no letters                           | 10 ???            | 50     | 0      | INVALID_POSTING
            # neighbours: the earlier check wins
            INVALID before NOT_FOUND             | 0 EUR             | none   | none   | INVALID_POSTING
            debtor before creditor               | 10 EUR            | none   | none   | ACCOUNT_NOT_FOUND debtor
            INVALID before NOT_ALLOWED           | -10 EUR           | 50:other | 50   | INVALID_POSTING
            NOT_FOUND before NOT_ALLOWED         | 10 EUR            | 50:other | none | ACCOUNT_NOT_FOUND creditor
            NOT_FOUND before CLOSED              | 10 EUR            | closed | none   | ACCOUNT_NOT_FOUND creditor
            NOT_ALLOWED before CLOSED            | 10 EUR            | closed:other | closed | NOT_ALLOWED debtor
            NOT_ALLOWED before MISMATCH          | 10 EUR            | usd:other | usd | NOT_ALLOWED debtor
            NOT_ALLOWED before FUNDS             | 10 EUR            | 0:other | 0     | NOT_ALLOWED debtor
            NOT_ALLOWED before OVERFLOW          | 10 EUR            | min:other | max | NOT_ALLOWED debtor
            closed debtor before closed creditor | 10 EUR            | closed | closed | ACCOUNT_CLOSED debtor
            CLOSED before MISMATCH               | 10 EUR            | usd    | closed | ACCOUNT_CLOSED creditor
            dollar debtor before dollar creditor | 10 EUR            | usd    | usd    | CURRENCY_MISMATCH debtor
            MISMATCH before FUNDS                | 10 EUR            | 0      | usd    | CURRENCY_MISMATCH creditor
            FUNDS before OVERFLOW                | 10 EUR            | 0      | max    | INSUFFICIENT_FUNDS debtor
            debtor's OVERFLOW before creditor's  | 10 EUR            | min    | max    | BALANCE_OVERFLOW debtor
            """)
    void shouldSettle(String name, String payment, String debtor, String creditor, String answer) {
        PaymentContent content = content(payment);
        assertEquals(
                answer,
                show(PostingRule.settle(
                        post("order-1", content, 1),
                        account(content.debtorAccount(), debtor),
                        account(content.creditorAccount(), creditor))));
    }

    @ParameterizedTest(name = "{0}: {1} when on record is {2} → {3}")
    @CsvSource(delimiter = '|', textBlock = """
            first posting                        | post              | nothing          | settled COMPLETED
            posted again                         | post              | completed        | already COMPLETED
            a failure stays failed               | post              | failed           | already INSUFFICIENT_FUNDS debtor
            the id of another payment            | post, amount 11   | completed        | conflict amountMinor
            conflict before any check            | post, amount 0    | completed        | conflict amountMinor
            all fields of another payment        | post, all other   | completed        | conflict debtorAccount creditorAccount amountMinor currency reference
            asked about nothing                  | inquire           | nothing          | not found
            asked about a payment                | inquire           | completed        | already COMPLETED
            asked about a failure                | inquire           | failed           | already INSUFFICIENT_FUNDS debtor
            asked about another payment          | inquire, amount 11 | completed       | conflict amountMinor
            the inquiry is read again            | inquire           | completed later  | not found
            posted from another partition        | inquire           | completed elsewhere | already COMPLETED
            the same with another payload        | inquire, amount 11 | completed elsewhere | conflict amountMinor
            """)
    void shouldHoldWhatIsOnRecordAboveAll(String name, String request, String recorded, String answer) {
        PaymentContent content = content("10 EUR");
        PaymentContent asked = switch (request.replaceFirst("^[a-z]+(, )?", "")) {
            case "" -> content;
            case "amount 0" -> content("0 EUR");
            case "amount 11" -> content("11 EUR");
            case "all other" -> new PaymentContent("other-debtor", "other-creditor", 1, "USD", "else");
            default -> throw new IllegalArgumentException(request);
        };
        PostingRequest posting =
                request.startsWith("post") ? post("order-1", asked, 20) : inquire("order-1", asked, 20);
        PostingResult result = PostingRule.decide(
                posting, recorded(content, recorded), account("debtor", "50"), account("creditor", "0"));
        assertEquals(answer, show(result));
    }

    private static @Nullable RecordedPayment recorded(PaymentContent content, String words) {
        return switch (words) {
            case "nothing" -> null;
            case "completed" -> new RecordedPayment(post("order-1", content, 10), new PaymentResult.Completed());
            // At a greater offset, which says nothing there: an old key may come back with another debtor.
            case "completed elsewhere" -> new RecordedPayment(elsewhere(content), new PaymentResult.Completed());
            case "completed later" -> new RecordedPayment(post("order-1", content, 30), new PaymentResult.Completed());
            case "failed" ->
                new RecordedPayment(
                        post("order-1", content, 10),
                        new PaymentResult.Failed(FailureReason.INSUFFICIENT_FUNDS, "debtor"));
            default -> throw new IllegalArgumentException(words);
        };
    }

    private static PostingRequest elsewhere(PaymentContent content) {
        PostingRequest post = post("order-1", content, 30);
        return new PostingRequest(
                post.kind(),
                post.paymentId(),
                post.clientId(),
                post.idempotencyKey(),
                content,
                post.attempt(),
                post.acceptedAt(),
                post.command(),
                new LogPosition(1, post.event().offset()));
    }

    private static PaymentContent content(String words) {
        List<String> parts = List.of(words.split(" ", 3));
        return new PaymentContent(
                "debtor", parts.size() > 2 ? "debtor" : "creditor", Long.parseLong(parts.get(0)), parts.get(1), null);
    }

    /** An opening balance is posted before anybody owns what it comes from, and after. */
    @Test
    void shouldPostAnOpeningBalanceFromAnAccountThatNoClientMayDebit() {
        PaymentContent content = content("10 EUR");
        PostingRequest opening = new PostingRequest(
                PostingRequest.Kind.POST,
                new UUID(0, 1),
                "hapax/opening",
                "creditor",
                content,
                1,
                Instant.EPOCH,
                LogPosition.NONE,
                LogPosition.NONE);
        assertEquals(
                new PaymentResult.Completed(),
                PostingRule.settle(opening, account("debtor", "50:"), account("creditor", "0")));
        PostingRequest inTheLog = new PostingRequest(
                PostingRequest.Kind.POST,
                new UUID(0, 1),
                "hapax/opening",
                "creditor",
                content,
                1,
                Instant.EPOCH,
                LogPosition.NONE,
                new LogPosition(0, 7));
        assertEquals(
                new PaymentResult.Failed(FailureReason.NOT_ALLOWED, "debtor"),
                PostingRule.settle(inTheLog, account("debtor", "50:"), account("creditor", "0")));
    }

    private static @Nullable Account account(String id, String words) {
        String[] parts = words.split(":", 2);
        Account unowned = unowned(id, parts[0]);
        if (unowned == null || parts.length == 1) return unowned;
        Owners owners = parts[1].isEmpty() ? Owners.NOBODY : Owners.named(List.of(parts[1].split("\\+", -1)));
        return new Account(
                id,
                unowned.currency(),
                unowned.kind(),
                unowned.overdraftLimitMinor(),
                unowned.open(),
                unowned.balanceMinor(),
                0,
                owners);
    }

    private static @Nullable Account unowned(String id, String state) {
        return switch (state) {
            case "none" -> null;
            case "closed" -> new Account(id, EUR, AccountKind.CUSTOMER, 0, false, 50);
            case "usd" -> new Account(id, "USD", AccountKind.CUSTOMER, 0, true, 50);
            case "system" -> new Account(id, EUR, AccountKind.SYSTEM, 0, true, 0);
            case "min" -> new Account(id, EUR, AccountKind.SYSTEM, 0, true, Long.MIN_VALUE + 9);
            case "max" -> new Account(id, EUR, AccountKind.CUSTOMER, 0, true, Long.MAX_VALUE - 9);
            default -> {
                String[] parts = state.split("-", -1);
                long limit = parts.length > 1 ? Long.parseLong(parts[1]) : 0;
                yield new Account(id, EUR, AccountKind.CUSTOMER, limit, true, Long.parseLong(parts[0]));
            }
        };
    }

    private static String show(PostingResult result) {
        return switch (result) {
            case PostingResult.Settled settled ->
                "settled " + show(settled.payment().settlement());
            case PostingResult.AlreadySettled already ->
                "already " + show(already.payment().settlement());
            case PostingResult.Conflict conflict -> "conflict " + String.join(" ", conflict.differingFields());
            case PostingResult.NotFound notFound -> "not found";
        };
    }

    private static String show(PaymentResult settlement) {
        return switch (settlement) {
            case PaymentResult.Completed completed -> "COMPLETED";
            case PaymentResult.Failed(var reason, var account, var duplicateOf) ->
                account == null ? reason.name() : reason + " " + account;
        };
    }
}
