package io.hapax.lab.operations;

import static java.util.stream.Collectors.toCollection;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The metrics of an app at {@code /metrics}, as Prometheus reads them. */
record Scrape(List<Sample> samples) {
    private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{.*})? (\\S+)$");

    /** @param labels as they stand, braces included */
    record Sample(String name, String labels, double value) {
        String label(String of) {
            Matcher found = Pattern.compile("[{,]" + of + "=\"([^\"]*)\"").matcher(labels);
            return found.find() ? found.group(1) : "";
        }

        @Override
        public String toString() {
            return name + labels + " " + value;
        }
    }

    static Scrape of(String text) {
        List<Sample> samples = new ArrayList<>();
        Matcher sample = SAMPLE.matcher(text);
        while (sample.find()) {
            String labels = sample.group(2) == null ? "" : sample.group(2);
            samples.add(new Sample(sample.group(1), labels, number(sample.group(3))));
        }
        return new Scrape(samples);
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /** Series whose value is no number. */
    List<Sample> withoutNumber() {
        return samples.stream().filter(sample -> Double.isNaN(sample.value())).toList();
    }

    /** Names of series of which one at least has a number. */
    Set<String> namesWithNumbers() {
        return samples.stream()
                .filter(sample -> !Double.isNaN(sample.value()))
                .map(Sample::name)
                .collect(toCollection(TreeSet::new));
    }

    /** The values of a label in the series of that name that have numbers. */
    Set<String> labels(String name, String label) {
        return samples.stream()
                .filter(sample -> sample.name().equals(name) && !Double.isNaN(sample.value()))
                .map(sample -> sample.label(label))
                .collect(toCollection(TreeSet::new));
    }
}
