package io.hapax.lab.simulation;

import io.hapax.ledger.posting.Account;
import io.hapax.ledger.posting.HoldChanges;
import io.hapax.ledger.posting.Holds;
import io.hapax.ledger.posting.RecordedPayment;
import io.hapax.ledger.posting.Reservation;
import io.hapax.ledger.posting.ReservationEnd;
import io.hapax.ledger.posting.ReservationEnd.How;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Mistakes of a ledger. Each changes what the rule is given, or what is kept of its answer. */
enum LedgerMistake {
    NONE,

    /** What is held is not counted against funds. */
    HOLDS_NOT_COUNTED {
        @Override
        Map<String, Account> seen(Map<String, Account> accounts) {
            Map<String, Account> free = new HashMap<>(accounts);
            free.replaceAll((id, account) -> account.holding(-account.heldMinor()));
            return free;
        }
    },

    /** A hold that is over stays among the open ones, and is released once more. */
    RELEASED_TWICE {
        @Override
        Map<UUID, Reservation> open(Map<UUID, Reservation> before, HoldChanges changes) {
            return after(before, changes, end -> end.how() != How.EXPIRED);
        }
    },

    /** A reservation lasts a while longer than it says. */
    CAPTURED_AFTER_EXPIRY {
        @Override
        Holds seen(Holds holds) {
            return with(
                    holds,
                    each -> changed(
                            each, each.remainingMinor(), each.expiresAt().plus(Duration.ofMinutes(5))));
        }
    },

    /** Nobody looks for holds that are over on a partition where nothing happens. */
    HELD_NOT_RELEASED {
        @Override
        boolean tellsTheTime() {
            return false;
        }
    },

    /** What a capture leaves is not written down: the next one finds all of it. */
    CAPTURE_ABOVE_THE_HOLD {
        @Override
        Map<UUID, Reservation> open(Map<UUID, Reservation> before, HoldChanges changes) {
            Map<UUID, Reservation> after = new HashMap<>(after(before, changes, end -> true));
            after.replaceAll((id, each) -> before.getOrDefault(id, each));
            return after;
        }
    },

    /** What is over is judged by the clock of the process. */
    EXPIRY_BY_WALL_CLOCK {
        @Override
        long eventTimeMs(long loggedMs, long nowMs) {
            return nowMs;
        }
    },

    /** A capture does not end its reservation: another one under a new key moves what was left. */
    SECOND_CAPTURE_BY_NEW_KEY {
        @Override
        Map<UUID, Reservation> open(Map<UUID, Reservation> before, HoldChanges changes) {
            return after(before, changes, end -> end.how() != How.CAPTURED || end.releasedMinor() == 0);
        }
    },

    /** A cancel is answered, and leaves nothing on record. */
    CANCEL_FORGOTTEN {
        @Override
        boolean keeps(RecordedPayment payment) {
            return !payment.request().content().isCancel();
        }
    };

    /** True if the payment is put on record. */
    boolean keeps(RecordedPayment payment) {
        return true;
    }

    /** The accounts that the rule is given. */
    Map<String, Account> seen(Map<String, Account> accounts) {
        return accounts;
    }

    /** The reservations that the rule is given. */
    Holds seen(Holds holds) {
        return holds;
    }

    /** The reservations that are open after a batch. */
    Map<UUID, Reservation> open(Map<UUID, Reservation> before, HoldChanges changes) {
        return after(before, changes, end -> true);
    }

    /** The time by which an event is judged, epoch milliseconds. */
    long eventTimeMs(long loggedMs, long nowMs) {
        return loggedMs;
    }

    boolean tellsTheTime() {
        return true;
    }

    /** Those that were open before, without those that have ended in such a way, and those that changed. */
    private static Map<UUID, Reservation> after(
            Map<UUID, Reservation> before, HoldChanges changes, Predicate<ReservationEnd> ended) {
        Map<UUID, Reservation> after = new HashMap<>(before);
        changes.ends().stream().filter(ended).forEach(end -> after.remove(end.reservationId()));
        changes.open().forEach(each -> after.put(each.id(), each));
        return after;
    }

    private static Holds with(Holds holds, UnaryOperator<Reservation> change) {
        Map<UUID, Reservation> open = new HashMap<>(holds.open());
        open.replaceAll((id, reservation) -> change.apply(reservation));
        return new Holds(holds.clocks(), open, holds.ended());
    }

    private static Reservation changed(Reservation of, long remainingMinor, Instant expiresAt) {
        return new Reservation(
                of.id(),
                of.client(),
                of.partition(),
                of.debtor(),
                of.creditor(),
                of.currency(),
                remainingMinor,
                expiresAt,
                of.multiple());
    }
}
