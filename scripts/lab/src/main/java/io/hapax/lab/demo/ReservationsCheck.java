package io.hapax.lab.demo;

import io.hapax.lab.demo.TwoSteps.Fate;
import io.hapax.lab.demo.TwoSteps.Plan;
import io.hapax.topics.PaymentKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The check of what became of reservations: the memory of the clients against the books. */
final class ReservationsCheck {
    private static final String BOOKS = """
            SELECT r.payment_id, CASE WHEN o.payment_id IS NOT NULL THEN 'HELD' ELSE coalesce(e.how, 'LOST') END,
                   coalesce(sum(c.amount_minor), 0)
            FROM payments r
            LEFT JOIN open_reservations o ON o.payment_id = r.payment_id
            LEFT JOIN reservation_ends e ON e.reservation_id = r.payment_id
            LEFT JOIN payments c ON c.reservation_id = r.payment_id AND c.step = 'CAPTURE' AND c.status = 'COMPLETED'
            WHERE r.step = 'RESERVE' AND r.status = 'COMPLETED'
            GROUP BY r.payment_id, o.payment_id, e.how
            """;

    private final Map<State, Integer> counted = new EnumMap<>(State.class);
    private final List<String> broken = new ArrayList<>();

    private enum State {
        CAPTURED,
        VOIDED,
        EXPIRED,
        HELD,
        /** Neither open nor ended, which no reservation may be. */
        LOST
    }

    private record Booked(State state, long capturedMinor) {}

    private ReservationsCheck() {}

    static DemoCheck of(Map<PaymentKey, Plan> plans, Connection database) throws SQLException {
        ReservationsCheck check = new ReservationsCheck();
        Map<UUID, Booked> books = books(database);
        plans.forEach((key, plan) -> check.compare(key, plan, books.remove(key.paymentId())));
        books.keySet().forEach(id -> check.broken.add(id + " holds money, and no client remembers it"));
        return check.result(plans.size());
    }

    private static Map<UUID, Booked> books(Connection database) throws SQLException {
        Map<UUID, Booked> books = new HashMap<>();
        try (PreparedStatement query = database.prepareStatement(BOOKS);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                books.put(row.getObject(1, UUID.class), new Booked(State.valueOf(row.getString(2)), row.getLong(3)));
            }
        }
        return books;
    }

    /** @param booked null if nothing was ever held: for want of money, or since the reservation broke a rule */
    private void compare(PaymentKey key, Plan plan, @Nullable Booked booked) {
        if (booked == null) return;
        counted.merge(booked.state(), 1, Integer::sum);
        if (!isAsMeant(plan.fate(), booked.state()) || booked.capturedMinor() != plan.capturedMinor()) {
            broken.add(key.topicKey() + " was to be " + plan + ", and is " + booked);
        }
    }

    private static boolean isAsMeant(Fate fate, State state) {
        return switch (fate) {
            case CAPTURED -> state == State.CAPTURED;
            case VOIDED -> state == State.VOIDED;
            case FORGOTTEN -> state == State.HELD || state == State.EXPIRED;
        };
    }

    private DemoCheck result(int reservations) {
        int held = counted.values().stream().mapToInt(Integer::intValue).sum();
        String told = "%d reservations: %d captured, %d voided, %d expired, %d still held, %d never held"
                .formatted(
                        reservations,
                        count(State.CAPTURED),
                        count(State.VOIDED),
                        count(State.EXPIRED),
                        count(State.HELD),
                        reservations - held);
        return new DemoCheck(
                "reservations ended as their clients meant",
                broken.isEmpty() ? told : told + "; broken " + broken.size() + " times",
                broken);
    }

    private int count(State state) {
        return counted.getOrDefault(state, 0);
    }
}
