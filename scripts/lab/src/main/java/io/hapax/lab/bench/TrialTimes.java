package io.hapax.lab.bench;

import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * The processor time that trials took, per command. It is the sum over the apps and the broker, without the threads
 * that compile: a short trial has more of their time than a long one, and all variants have about as much.
 */
final class TrialTimes {
    private final BenchBroker broker;
    private final Map<String, List<Spent>> spent = new LinkedHashMap<>();

    TrialTimes(BenchBroker broker) {
        this.broker = broker;
    }

    /**
     * The microseconds that a command took.
     *
     * @param app of the apps, by group of threads
     * @param broker of the broker, by group of threads
     */
    record Spent(Map<String, Double> app, Map<String, Double> broker) {
        double micros() {
            return ThreadTimes.withoutCompilers(app) + ThreadTimes.withoutCompilers(broker);
        }

        private double microsOfCompilers() {
            return app.getOrDefault(ThreadTimes.COMPILERS, 0.0) + broker.getOrDefault(ThreadTimes.COMPILERS, 0.0);
        }
    }

    /** The readings at the begin of the part of a trial that counts. */
    final class Begun {
        private final List<AppProcess> apps;
        private final List<ThreadTimes> ofApps;
        private final ThreadTimes ofBroker = ThreadTimes.of(broker.sandbox().pid(Part.KAFKA));

        private Begun(List<AppProcess> apps) {
            this.apps = apps;
            this.ofApps = apps.stream().map(app -> ThreadTimes.of(app.pid())).toList();
        }

        /** Keeps what the variant has taken since. */
        void end(String variant, long commands) {
            Map<String, Double> app = new TreeMap<>();
            for (int i = 0; i < apps.size(); i++) {
                ThreadTimes.of(apps.get(i).pid())
                        .microsEach(ofApps.get(i), commands)
                        .forEach((group, micros) -> app.merge(group, micros, Double::sum));
            }
            Map<String, Double> ofKafka =
                    ThreadTimes.of(broker.sandbox().pid(Part.KAFKA)).microsEach(ofBroker, commands);
            spent.computeIfAbsent(variant, v -> new ArrayList<>()).add(new Spent(app, ofKafka));
        }
    }

    Begun begin(List<AppProcess> apps) {
        return new Begun(apps);
    }

    /** Prints the medians of the variants, and keeps them for the results file. */
    void tell(Bench bench, String scenario) {
        bench.heading(scenario + " (processor time of a command in microseconds, without compilers)");
        Map<String, Object> figures = new LinkedHashMap<>();
        spent.forEach((variant, trials) -> {
            double all = median(trials, Spent::micros);
            double app = median(trials, trial -> ThreadTimes.withoutCompilers(trial.app()));
            double compilers = median(trials, Spent::microsOfCompilers);
            bench.line(String.format(
                    "%-24s %6.2f   app %6.2f   broker %6.2f   (compilers %.2f)",
                    variant, all, app, all - app, compilers));
            Spent last = trials.getLast();
            last.app().forEach((group, micros) -> {
                if (micros >= 0.05) {
                    bench.line(String.format("%-24s   %6.2f   %s", "", micros, group));
                }
            });
            figures.put(
                    variant,
                    Map.of("micros", all, "appMicros", app, "compilerMicros", compilers, "threadsOfLastTrial", last));
        });
        bench.figure(scenario + ".processor", "variants", figures);
    }

    /** Keeps the other variant's processor time divided by the variant's own, if both were measured. */
    void ratio(Bench bench, String name, String variant, String against) {
        if (spent.containsKey(variant) && spent.containsKey(against)) {
            bench.result(name, micros(against) / micros(variant));
        }
    }

    private double micros(String variant) {
        return median(spent.getOrDefault(variant, List.of()), Spent::micros);
    }

    private static double median(List<Spent> trials, ToDoubleFunction<Spent> figure) {
        return Bench.median(
                trials.stream().map(trial -> figure.applyAsDouble(trial)).toList());
    }
}
