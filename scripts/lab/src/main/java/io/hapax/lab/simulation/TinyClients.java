package io.hapax.lab.simulation;

import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a tiny world: processes that all send under one key. Nothing that they send names the process, so
 * their order means nothing, and they are kept in one.
 */
record TinyClients(List<Sender> senders) {
    static final PaymentKey KEY = new PaymentKey("acme", "order-4");
    static final String DEBTOR = "alice";
    static final String CREDITOR = "bob";

    /** Opening balance of both accounts. */
    static final long BALANCE_MINOR = 100;

    /** The one that the debtor can pay, and the one that fails. */
    private static final List<Long> AMOUNTS_MINOR = List.of(BALANCE_MINOR - 40, BALANCE_MINOR + 60);

    /**
     * A process.
     *
     * @param cancels whether all that it sends are cancels
     * @param left commands that it may still send
     * @param intention of all its commands; null before the first and after the last
     */
    record Sender(boolean cancels, int left, @Nullable Intention intention) {}

    /**
     * A payment that a client wants, or a cancel.
     *
     * @param amountMinor 0 of a cancel
     * @param sentAt when it says that it first sent it; null if it gives no time
     */
    record Intention(long amountMinor, @Nullable Instant sentAt) {
        private static final Intention CANCEL = new Intention(0, null);

        SentCommand command() {
            return equals(CANCEL)
                    ? new SentCommand(KEY, null, SentCommand.Wish.cancel(), null)
                    : new SentCommand(KEY, null, DEBTOR, CREDITOR, amountMinor, sentAt);
        }
    }

    /**
     * @param clients processes that send payments
     * @param cancellers processes that send cancels
     */
    static TinyClients of(int clients, int cancellers, int commands) {
        return new TinyClients(Stream.concat(
                        Stream.generate(() -> new Sender(false, commands, null)).limit(clients),
                        Stream.generate(() -> new Sender(true, commands, null)).limit(cancellers))
                .toList());
    }

    /** The senders that differ and have something to send. */
    List<Sender> active() {
        return senders.stream().filter(sender -> sender.left > 0).distinct().toList();
    }

    /**
     * What a process may want to send. It tells no time, or the true one of its first attempt, which may have got lost
     * since.
     *
     * @param times of the world until now
     */
    static List<Intention> intentions(Sender sender, List<Instant> times) {
        if (sender.intention != null) {
            return List.of(sender.intention);
        }
        if (sender.cancels) {
            return List.of(Intention.CANCEL);
        }
        List<Intention> all = new ArrayList<>();
        for (long amountMinor : AMOUNTS_MINOR) {
            all.add(new Intention(amountMinor, null));
            times.forEach(time -> all.add(new Intention(amountMinor, time)));
        }
        return List.copyOf(all);
    }

    TinyClients after(Sender sender, Intention intention) {
        List<Sender> changed = new ArrayList<>(senders);
        int left = sender.left - 1;
        changed.set(changed.indexOf(sender), new Sender(sender.cancels, left, left == 0 ? null : intention));
        changed.sort(Comparator.comparing(Sender::toString));
        return new TinyClients(List.copyOf(changed));
    }
}
