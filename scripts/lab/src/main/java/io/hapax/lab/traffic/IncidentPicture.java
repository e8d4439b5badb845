package io.hapax.lab.traffic;

import io.hapax.insight.Alert;
import io.hapax.insight.Cause;
import io.hapax.insight.KeyInsight;
import io.hapax.insight.UsageFact;
import io.hapax.insight.UsageFact.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;

/** A picture of one client's commands around its misuse: the time of each command, and the age of its key then. */
public final class IncidentPicture {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 380;
    private static final int LEFT = 80;
    private static final int TOP = 50;
    private static final int PLOT_WIDTH = WIDTH - LEFT - 20;
    private static final int PLOT_HEIGHT = HEIGHT - TOP - 50;

    private static final double MOST_AGE_MS = 3.0 * ModelWorld.DAY_MS;
    private static final Map<Duration, String> AGES = Map.of(
            Duration.ofSeconds(1), "1 s",
            Duration.ofMinutes(1), "1 min",
            Duration.ofHours(1), "1 h",
            Duration.ofHours(24), "24 h");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);

    private final Planted planted;
    private final Alert opened;
    private final List<UsageFact> facts;
    private final long fromMs;
    private final long toMs;

    private IncidentPicture(Planted planted, Alert opened, List<UsageFact> all, Duration before, Duration after) {
        this.planted = planted;
        this.opened = opened;
        this.fromMs = planted.beginMs() - before.toMillis();
        this.toMs = planted.beginMs() + after.toMillis();
        this.facts = all.stream()
                .filter(fact -> fact.atMs() >= fromMs && fact.atMs() < toMs)
                .toList();
    }

    /** An SVG of the first misuse with that cause in a world from that seed. */
    public static String draw(Cause cause, long seed, Duration before, Duration after) {
        TrafficModel model = new TrafficModel(seed, 3 * Cause.values().length, 10);
        Planted planted = model.planted().stream()
                .filter(p -> p.cause() == cause)
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("10 days are too few for " + cause));
        List<UsageFact> facts = new ArrayList<>();
        List<Alert> alerts = new ArrayList<>();
        KeyInsight insight = new KeyInsight(1_000, 1 << 16);
        ModelService service = new ModelService(model.world(), InsightEvaluation.POLICY, (fact, command, recalled) -> {
            if (fact.clientId().equals(planted.clientId())) {
                facts.add(fact);
                alerts.addAll(insight.observe(fact));
            }
        });
        model.run(service::command);
        Alert opened = alerts.stream()
                .filter(alert -> alert.cause() == cause)
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("not found: " + planted));
        return new IncidentPicture(planted, opened, facts, before, after).svg();
    }

    private String svg() {
        StringBuilder svg = new StringBuilder(100_000);
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
                WIDTH,
                HEIGHT));
        text(svg, LEFT, 18, "start", planted.clientId() + ": " + planted.cause());
        legend(svg);
        axes(svg);
        for (UsageFact fact : facts) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.2\" fill=\"%s\" fill-opacity=\"0.7\"/>%n",
                    x(fact.atMs()),
                    y(age(fact)),
                    color(fact.kind())));
        }
        line(svg, x(opened.atMs()), TOP, x(opened.atMs()), TOP + PLOT_HEIGHT, "#d62728");
        text(svg, (int) x(opened.atMs()) + 4, TOP + 12, "start", "incident opened");
        return svg.append("</svg>\n").toString();
    }

    private static void legend(StringBuilder svg) {
        int x = LEFT + 40;
        for (Kind kind : List.of(Kind.ACCEPTED, Kind.IN_FLIGHT, Kind.REPLAYED, Kind.EXPIRED)) {
            svg.append(String.format(
                    Locale.ROOT, "<circle cx=\"%d\" cy=\"34\" r=\"4\" fill=\"%s\"/>%n", x + 5, color(kind)));
            text(
                    svg,
                    x + 14,
                    38,
                    "start",
                    kind == Kind.EXPIRED ? "too late" : kind.name().toLowerCase(Locale.ROOT));
            x += 110;
        }
    }

    private void axes(StringBuilder svg) {
        line(svg, LEFT, TOP + PLOT_HEIGHT, LEFT + PLOT_WIDTH, TOP + PLOT_HEIGHT, "#444");
        AGES.forEach((age, name) -> {
            double y = y((double) age.toMillis());
            line(svg, LEFT, y, LEFT + PLOT_WIDTH, y, "#ddd");
            text(svg, LEFT - 6, (int) y + 4, "end", name);
        });
        text(svg, 8, TOP - 8, "start", "age of the key");
        for (int i = 0; i <= 6; i++) {
            long at = fromMs + (toMs - fromMs) * i / 6;
            text(
                    svg,
                    (int) x(at),
                    TOP + PLOT_HEIGHT + 20,
                    "middle",
                    Instant.ofEpochMilli(at).atZone(ZoneOffset.UTC).format(TIME));
        }
    }

    /** A key that came too late is as old as it can be: nothing is known of it. */
    private static double age(UsageFact fact) {
        return switch (fact.kind()) {
            case EXPIRED, CAUGHT_BY_LEDGER -> 1.5 * ModelWorld.DAY_MS;
            case REPLAYED, IN_FLIGHT -> fact.atMs() - fact.firstSeenAtMs();
            default -> 0;
        };
    }

    private double x(long atMs) {
        return LEFT + PLOT_WIDTH * (double) (atMs - fromMs) / (toMs - fromMs);
    }

    /** Logarithmic from one second up; what is younger lies on the axis. */
    private static double y(double ageMs) {
        double share = Math.log(Math.max(ageMs, 500) / 500) / Math.log(MOST_AGE_MS / 500);
        return TOP + PLOT_HEIGHT * (1 - share);
    }

    private static String color(Kind kind) {
        return switch (kind) {
            case ACCEPTED, FAILED -> "#2ca02c";
            case IN_FLIGHT -> "#9467bd";
            case REPLAYED -> "#1f77b4";
            case EXPIRED, CAUGHT_BY_LEDGER -> "#ff7f0e";
            case CONFLICT, INVALID -> "#7f7f7f";
        };
    }

    private static void line(StringBuilder svg, double x1, double y1, double x2, double y2, String color) {
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
                x1,
                y1,
                x2,
                y2,
                color));
    }

    private static void text(StringBuilder svg, int x, int y, String anchor, String text) {
        svg.append(String.format(
                Locale.ROOT, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, text));
    }
}
