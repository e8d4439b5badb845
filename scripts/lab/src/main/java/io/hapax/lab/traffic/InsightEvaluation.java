package io.hapax.lab.traffic;

import io.hapax.insight.Alert;
import io.hapax.insight.Cause;
import io.hapax.insight.KeyInsight;
import io.hapax.insight.UsageFact;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.RetentionSchedule.Terms;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The evaluation of the detectors on the model. They must find each planted misuse in time and by its right name,
 * and nothing else.
 */
public final class InsightEvaluation {
    /** Longest time from the threshold to the alert, by event time. */
    public static final Duration FOUND_WITHIN = Duration.ofMinutes(5);

    static final RetentionSchedule POLICY =
            new RetentionSchedule(Duration.ofHours(24), Duration.ofMinutes(1), Duration.ofHours(1));

    /** The time after the end of a misuse in which a detector may still report it. */
    private static final long ECHO_MS = ModelWorld.HOUR_MS;

    private static final int PLACES = 1 << 20;

    private final KeyInsight insight;
    private final Map<String, Watched> watched = new HashMap<>();
    private final Report report;

    private static final class Watched {
        final Planted planted;
        final ThresholdWatch threshold;
        int opened;

        @Nullable Alert first;

        Watched(Planted planted) {
            this.planted = planted;
            this.threshold = new ThresholdWatch(planted);
        }
    }

    /** The counts for the misuse with one cause. */
    public static final class Row {
        int planted;
        int reached;
        int found;
        int rightCause;
        int late;
        int missed;
        int openedAgain;
        long slowestMs = Long.MIN_VALUE;
        int falseIncidents;

        void add(Row other) {
            planted += other.planted;
            reached += other.reached;
            found += other.found;
            rightCause += other.rightCause;
            late += other.late;
            missed += other.missed;
            openedAgain += other.openedAgain;
            slowestMs = Math.max(slowestMs, other.slowestMs);
            falseIncidents += other.falseIncidents;
        }

        public int planted() {
            return planted;
        }

        public int reached() {
            return reached;
        }

        /** Number of misuses found in time, with the right client and kind. */
        public int found() {
            return found;
        }

        public int rightCause() {
            return rightCause;
        }

        public int late() {
            return late;
        }

        public int missed() {
            return missed;
        }

        public int openedAgain() {
            return openedAgain;
        }

        public int falseIncidents() {
            return falseIncidents;
        }

        public long slowestMs() {
            return slowestMs;
        }
    }

    /** The report on one seed, or on several together. */
    public static final class Report {
        private final Map<Cause, Row> rows = new EnumMap<>(Cause.class);
        private final List<String> notes = new ArrayList<>();
        private long commands;
        private double clientDays;

        Row row(Cause cause) {
            return rows.computeIfAbsent(cause, c -> new Row());
        }

        public Map<Cause, Row> rows() {
            return rows;
        }

        /** The mistakes of the detectors, one line each. */
        public List<String> notes() {
            return notes;
        }

        public long commands() {
            return commands;
        }

        public void add(Report other) {
            other.rows.forEach((cause, row) -> row(cause).add(row));
            notes.addAll(other.notes);
            commands += other.commands;
            clientDays += other.clientDays;
        }

        public Row total() {
            Row total = new Row();
            rows.values().forEach(total::add);
            return total;
        }

        /** Share of the misuses found, of those that reached their threshold. */
        public double foundShare() {
            Row total = total();
            return total.reached == 0 ? 0 : (double) total.found / total.reached;
        }

        public double rightCauseShare() {
            Row total = total();
            return total.found == 0 ? 0 : (double) total.rightCause / total.found;
        }

        /** True if the results keep the bounds of docs/insight.md. */
        public boolean isGoodEnough() {
            return foundShare() >= 0.99 && rightCauseShare() >= 0.95 && falsePerThousandClientsAndDay() <= 1;
        }

        public double falsePerThousandClientsAndDay() {
            return total().falseIncidents / clientDays * 1_000;
        }
    }

    private InsightEvaluation(TrafficModel model, int clients) {
        insight = new KeyInsight(2 * clients, PLACES);
        report = new Report();
        report.clientDays = (double) clients * model.world().days;
        for (Planted planted : model.planted()) {
            watched.put(planted.clientId(), new Watched(planted));
        }
    }

    /** Runs a seed from begin to end, under a retention of 24 h. */
    public static Report run(long seed, int clients, int days) {
        return run(seed, clients, days, POLICY);
    }

    /** @param terms that count for all clients from the begin on */
    public static Report run(long seed, int clients, int days, Terms terms) {
        if (terms.equals(POLICY.terms())) {
            return run(seed, clients, days, POLICY);
        }
        Instant before = Instant.ofEpochMilli(ModelWorld.BEGIN_MS - ModelWorld.DAY_MS);
        return run(seed, clients, days, POLICY.withTerms(terms, PolicyScope.Kind.ALL, before));
    }

    private static Report run(long seed, int clients, int days, RetentionSchedule policy) {
        TrafficModel model = new TrafficModel(seed, clients, days);
        InsightEvaluation evaluation = new InsightEvaluation(model, clients);
        ModelService service =
                new ModelService(model.world(), policy, (fact, command, recalled) -> evaluation.decided(fact, command));
        model.run(service::command);
        evaluation.judge();
        return evaluation.report;
    }

    private void decided(UsageFact fact, ModelCommand command) {
        report.commands++;
        Watched about = watched.get(fact.clientId());
        if (about != null) {
            about.threshold.observe(fact, command.planted() != null);
        }
        for (Alert alert : insight.observe(fact)) {
            if (alert.phase() == Alert.Phase.OPENED) {
                opened(alert);
            }
        }
    }

    private void opened(Alert alert) {
        Watched about = watched.get(alert.clientId());
        if (about == null || !belongs(alert, about.planted)) {
            report.row(alert.cause()).falseIncidents++;
            report.notes.add("false " + alert.cause() + " of " + alert.clientId() + " at " + alert.atMs() + " "
                    + alert.evidence() + (about == null ? "" : ", planted " + about.planted));
            return;
        }
        about.opened++;
        if (about.first == null) {
            about.first = alert;
        }
    }

    private static boolean belongs(Alert alert, Planted planted) {
        return alert.cause().kind() == planted.cause().kind()
                && alert.atMs() >= planted.beginMs()
                && alert.atMs() <= planted.endMs() + ECHO_MS;
    }

    private void judge() {
        watched.values().forEach(this::judge);
    }

    private void judge(Watched about) {
        Row row = report.row(about.planted.cause());
        row.planted++;
        row.openedAgain += Math.max(0, about.opened - 1);
        if (!about.threshold.isReached()) {
            return;
        }
        row.reached++;
        if (about.first == null) {
            row.missed++;
            report.notes.add("missed " + about.planted + ", reached at " + about.threshold.reachedAtMs());
            return;
        }
        long tookMs = about.first.atMs() - about.threshold.reachedAtMs();
        row.slowestMs = Math.max(row.slowestMs, tookMs);
        if (tookMs > FOUND_WITHIN.toMillis()) {
            row.late++;
            report.notes.add("late by " + Duration.ofMillis(tookMs) + ": " + about.planted);
            return;
        }
        row.found++;
        if (about.first.cause() == about.planted.cause()) {
            row.rightCause++;
        } else {
            report.notes.add("named " + about.first.cause() + ": " + about.planted + " " + about.first.evidence());
        }
    }
}
