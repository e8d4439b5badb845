package io.hapax.lab.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * One run of benchmarks. After a warm-up the variants of a scenario take turns, in an order that changes. The
 * medians of their rounds are compared. Only ratios within one run are meaningful.
 */
final class Bench {
    private final PrintWriter out;
    private final BenchSettings settings;
    private final Map<String, Map<String, Object>> measured = new LinkedHashMap<>();
    private final Map<String, Double> results = new TreeMap<>();

    Bench(PrintWriter out, BenchSettings settings) {
        this.out = out;
        this.settings = settings;
    }

    BenchSettings settings() {
        return settings;
    }

    /** Rates and figures by scenario, for the results file. */
    Map<String, Map<String, Object>> measured() {
        return measured;
    }

    /** Ratios, and what else is claimed or bounded, by stable names. */
    Map<String, Double> results() {
        return results;
    }

    /** Keeps a figure of a scenario for the results file. */
    void figure(String scenario, String name, Object value) {
        measured.computeIfAbsent(scenario, s -> new LinkedHashMap<>()).put(name, value);
    }

    /** Keeps a number under a stable name, and shows it. */
    void result(String name, double value) {
        results.put(name, value);
        out.printf("  %-40s %,12.2f%n", name, value);
        out.flush();
    }

    /** Shows a line below a heading. */
    void line(String line) {
        out.println("  " + line);
        out.flush();
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    void heading(String heading) {
        out.printf("%n%s%n", heading);
        out.flush();
    }

    /** Variants of a scenario, to be measured against each other. */
    Rounds rounds(String scenario, String unit) {
        return new Rounds(scenario, unit);
    }

    /** Keeps the ratio of two variants' medians under a stable name, if both were measured. */
    void ratio(String name, Rounds rounds, String variant, String against) {
        if (!rounds.has(variant) || !rounds.has(against)) {
            return;
        }
        result(name, rounds.median(variant) / rounds.median(against));
    }

    /** One measurement, which returns its rate. */
    @FunctionalInterface
    interface Trial {
        double rate() throws Exception;
    }

    /** A variant of a scenario, with its rate in each round that counts. */
    private record Variant(String name, Trial trial, List<Double> rates) {
        double median() {
            return Bench.median(rates);
        }

        double measure(String scenario) {
            try {
                return trial.rate();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(scenario + " " + name + " failed: " + e.getMessage(), e);
            }
        }
    }

    /** The variants of one scenario and their results. */
    final class Rounds {
        private final String scenario;
        private final String unit;
        private final List<Variant> variants = new ArrayList<>();

        private Rounds(String scenario, String unit) {
            this.scenario = scenario;
            this.unit = unit;
        }

        void variant(String name, Trial trial) {
            variants.add(new Variant(name, trial, new ArrayList<>()));
        }

        /**
         * Runs one round to warm up, if asked for, then the rounds that count. Each round has an order of its own.
         */
        void run(boolean warmUp) {
            List<Variant> order = new ArrayList<>(variants);
            Random random = new Random(settings.seed());
            for (int round = warmUp ? 0 : 1; round <= settings.repeats(); round++) {
                Collections.shuffle(order, random);
                for (Variant variant : order) {
                    double rate = variant.measure(scenario);
                    if (round > 0) {
                        variant.rates().add(rate);
                    }
                }
            }
            print();
        }

        double median(String name) {
            return find(name).orElseThrow().median();
        }

        private boolean has(String name) {
            return find(name).isPresent();
        }

        private Optional<Variant> find(String name) {
            return variants.stream()
                    .filter(variant -> variant.name().equals(name))
                    .findFirst();
        }

        private void print() {
            Map<String, Object> figures = new LinkedHashMap<>();
            out.printf("%n%s (%s, median of %d, least and most)%n", scenario, unit, settings.repeats());
            for (Variant variant : variants) {
                List<Double> rates = variant.rates();
                out.printf(
                        "  %-40s %,12.0f   %,12.0f ... %,.0f%n",
                        variant.name(), variant.median(), Collections.min(rates), Collections.max(rates));
                figures.put(variant.name(), Map.of("median", variant.median(), "rounds", List.copyOf(rates)));
            }
            out.flush();
            figure(scenario, "unit", unit);
            figure(scenario, "variants", figures);
        }
    }
}
