package io.hapax.storm.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.storm.check.KeyCall.Effect;
import io.hapax.storm.check.KeyState.Phase;
import io.hapax.storm.history.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Checks that the search finds an order of calls exactly where there is one. */
class LinearSearchTest {
    private static final Payload RENT = new Payload("alice", "bob", 100, "EUR", null);
    private static final Payload FOOD = new Payload("alice", "bob", 200, "EUR", null);
    private static final Result DONE = new Result("COMPLETED", null, null);
    private static final Result POOR = new Result("FAILED", "INSUFFICIENT_FUNDS", "alice");
    private static final int HISTORIES = 20_000;

    @Test
    void shouldAcceptAPaymentAndItsReplays() {
        assertNull(misfit(
                call(0, 1, Effect.SEES_NOTHING, null, null),
                call(2, 9, Effect.PAYS, RENT, null),
                call(2, 9, Effect.MEETS_SETTLED, RENT, DONE),
                call(3, 4, Effect.SEES_PENDING, RENT, null),
                call(5, 6, Effect.MEETS_ANOTHER, FOOD, null),
                call(10, 11, Effect.MEETS_SETTLED, RENT, DONE),
                call(12, 13, Effect.SEES_SETTLED, RENT, DONE)));
    }

    @Test
    void shouldAcceptARequestWithoutAnswerAsTheFirst() {
        assertNull(misfit(
                call(0, Operation.NEVER, Effect.MAY_PAY, RENT, null),
                call(5, 6, Effect.SEES_NOTHING, null, null),
                call(7, 8, Effect.MEETS_SETTLED, RENT, DONE)));
    }

    @Test
    void shouldRefuseAnAnswerThatNobodyCanHaveCaused() {
        assertNotNull(misfit(call(7, 8, Effect.MEETS_SETTLED, RENT, DONE)));
        assertNotNull(misfit(
                call(7, 8, Effect.MEETS_SETTLED, RENT, DONE), call(9, Operation.NEVER, Effect.MAY_PAY, RENT, null)));
        assertNotNull(misfit(
                call(0, Operation.NEVER, Effect.MAY_PAY, FOOD, null), call(7, 8, Effect.MEETS_SETTLED, RENT, DONE)));
    }

    @Test
    void shouldRefuseToGoBack() {
        KeyCall paid = call(0, 5, Effect.PAYS, RENT, null);
        KeyCall told = call(0, 5, Effect.MEETS_SETTLED, RENT, DONE);
        assertNotNull(misfit(paid, told, call(6, 7, Effect.MEETS_PENDING, RENT, null)));
        assertNotNull(misfit(paid, told, call(6, 7, Effect.SEES_PENDING, RENT, null)));
        assertNotNull(misfit(paid, told, call(6, 7, Effect.SEES_NOTHING, null, null)));
        assertNotNull(misfit(paid, told, call(6, 7, Effect.IS_TOO_LATE, RENT, null)));
        assertNull(misfit(paid, told, call(5, 7, Effect.SEES_PENDING, RENT, null)));
    }

    @Test
    void shouldRefuseALookUpThatIsEarly() {
        KeyCall asked = call(0, Operation.NEVER, Effect.MAY_PAY, RENT, null);
        KeyCall pending = call(1, 2, Effect.SEES_PENDING, RENT, null);
        KeyCall end = call(3, 4, Effect.SEES_SETTLED, RENT, DONE);
        assertNull(misfit(asked, pending, end));
        assertNotNull(misfit(pending, end), "asked by nobody");
        assertNotNull(misfit(asked, pending, call(3, 4, Effect.SEES_NOTHING, null, null)));
        assertNull(misfit(asked, pending, call(2, 4, Effect.SEES_NOTHING, null, null)));
        assertNotNull(misfit(asked, end, call(5, 6, Effect.SEES_PENDING, RENT, null)));
        assertNull(misfit(asked, end, call(4, 6, Effect.SEES_PENDING, RENT, null)));
        assertNotNull(misfit(asked, end, call(5, 6, Effect.SEES_NOTHING, null, null)));
    }

    @Test
    void shouldRefuseTwoEndsOrTwoFirsts() {
        KeyCall asked = call(0, Operation.NEVER, Effect.MAY_PAY, RENT, null);
        assertNotNull(misfit(
                asked, call(3, 4, Effect.SEES_SETTLED, RENT, DONE), call(3, 4, Effect.MEETS_SETTLED, RENT, POOR)));
        assertNotNull(misfit(call(0, 9, Effect.PAYS, RENT, null), call(0, 9, Effect.PAYS, RENT, null)));
    }

    @Test
    void shouldForgetAtItsTimeAndNotBefore() {
        List<KeyCall> calls = List.of(
                call(0, 5, Effect.PAYS, RENT, null),
                call(0, 5, Effect.MEETS_SETTLED, RENT, DONE),
                call(10, 12, Effect.SEES_NOTHING, null, null),
                call(13, 14, Effect.MEETS_SETTLED, RENT, DONE));
        assertNull(new LinearSearch(calls, 11).misfit());
        assertNull(new LinearSearch(calls, 12).misfit());
        assertNotNull(new LinearSearch(calls, 13).misfit());
        List<KeyCall> another = new ArrayList<>(calls);
        another.add(call(15, 16, Effect.MEETS_SETTLED, RENT, POOR));
        assertNotNull(new LinearSearch(another, 11).misfit(), "the ledger never forgets");
    }

    @Test
    void shouldAgreeWithASearchOfAllOrders() {
        Random random = new Random(1);
        int found = 0;
        for (int i = 0; i < HISTORIES; i++) {
            List<KeyCall> calls = new ArrayList<>();
            int size = 1 + random.nextInt(5);
            for (int op = 0; op < size; op++) {
                calls.add(any(op, random));
            }
            long forgottenNs = random.nextInt(3) == 0 ? random.nextInt(20) : Operation.NEVER;
            boolean exists = exists(calls, KeyState.FREE, forgottenNs, calls);
            boolean agreed = (new LinearSearch(calls, forgottenNs).misfit() == null) == exists;
            assertTrue(agreed, "history " + i + (exists ? " has" : " lacks") + " an order: " + calls);
            found += exists ? 1 : 0;
        }
        assertTrue(found > HISTORIES / 10 && found < HISTORIES * 9 / 10, found + " have an order");
    }

    @Test
    void shouldSearchALongHistoryInShortTime() {
        List<KeyCall> calls = new ArrayList<>();
        for (int op = 0; op < 2_000; op++) {
            calls.add(call(op, Operation.NEVER, Effect.MAY_PAY, op % 2 == 0 ? RENT : FOOD, null));
            calls.add(call(3_000 + op, 4_000 + op, Effect.MEETS_SETTLED, FOOD, DONE));
        }
        assertNull(new LinearSearch(calls, Operation.NEVER).misfit());
        calls.add(call(9_000, 9_001, Effect.MEETS_SETTLED, RENT, DONE));
        KeyCall misfit = Objects.requireNonNull(new LinearSearch(calls, Operation.NEVER).misfit());
        assertEquals(9_000, misfit.fromNs());
    }

    @Test
    void shouldSearchInShortTimeThoughManyPayAtOnceUnderAForgottenKey() {
        List<KeyCall> calls = new ArrayList<>(
                List.of(call(0, 1, Effect.PAYS, RENT, null), call(0, 1, Effect.MEETS_SETTLED, RENT, DONE)));
        for (int op = 0; op < 40; op++) {
            calls.add(call(100 + op, 1_000, Effect.PAYS, RENT, null));
        }
        // Nothing has room for it: so all is tried.
        calls.add(call(1_001, 1_002, Effect.MEETS_SETTLED, RENT, POOR));
        KeyCall misfit = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> new LinearSearch(calls, 50).misfit());
        assertEquals(1_001, Objects.requireNonNull(misfit).fromNs());
    }

    @Test
    void shouldSearchInShortTimeThoughAllIsAskedAtOnce() {
        Random random = new Random(7);
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (int i = 0; i < 300; i++) {
                List<KeyCall> calls = new ArrayList<>();
                for (int op = 0; op < 40; op++) {
                    KeyCall one = any(op, random);
                    calls.add(new KeyCall(op, op, 1_000 + op, one.effect(), one.payload(), one.result()));
                }
                long forgottenNs = random.nextBoolean() ? 500 : Operation.NEVER;
                new LinearSearch(calls, forgottenNs).misfit();
            }
        });
    }

    /** Every order, one after the other, without any shortcut. */
    private static boolean exists(List<KeyCall> left, KeyState state, long forgottenNs, List<KeyCall> all) {
        if (left.stream().noneMatch(KeyCall::isRequired)) {
            return true;
        }
        for (KeyCall call : left) {
            boolean first = left.stream().allMatch(other -> !other.isRequired() || call.fromNs() <= other.toNs());
            boolean inTime = state.phase() != Phase.FORGOTTEN || call.toNs() >= forgottenNs;
            KeyState after = first && inTime && isPossible(call, all) ? state.after(call) : null;
            if (after != null) {
                List<KeyCall> rest = new ArrayList<>(left);
                rest.remove(call);
                if (exists(rest, after, forgottenNs, all)) {
                    return true;
                }
            }
        }
        KeyState next = state.next(forgottenNs != Operation.NEVER);
        return next != null && exists(left, next, forgottenNs, all);
    }

    private static boolean isPossible(KeyCall call, List<KeyCall> all) {
        return call.effect() != Effect.SEES_PENDING
                || all.stream()
                        .anyMatch(other -> other.fromNs() <= call.toNs()
                                && !List.of(Effect.SEES_PENDING, Effect.SEES_SETTLED, Effect.SEES_NOTHING)
                                        .contains(other.effect())
                                && other.payload() != null
                                && other.payload().equals(call.payload()));
    }

    private static KeyCall any(long op, Random random) {
        Effect effect = Effect.values()[random.nextInt(Effect.values().length)];
        long from = random.nextInt(20);
        long to = effect == Effect.MAY_PAY || random.nextInt(6) == 0 ? Operation.NEVER : from + random.nextInt(10);
        Payload payload = effect == Effect.SEES_NOTHING ? null : random.nextInt(4) == 0 ? FOOD : RENT;
        boolean tells = effect == Effect.MEETS_SETTLED || effect == Effect.SEES_SETTLED;
        return new KeyCall(op, from, to, effect, payload, tells ? random.nextInt(4) == 0 ? POOR : DONE : null);
    }

    private static @Nullable KeyCall misfit(KeyCall... calls) {
        return new LinearSearch(List.of(calls), Operation.NEVER).misfit();
    }

    private static KeyCall call(long from, long to, Effect effect, @Nullable Payload payload, @Nullable Result result) {
        return new KeyCall(from, from, to, effect, payload, result);
    }
}
