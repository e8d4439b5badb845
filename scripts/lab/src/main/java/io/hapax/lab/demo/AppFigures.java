package io.hapax.lab.demo;

/**
 * The metrics of an app at one moment.
 *
 * @param text metrics in Prometheus' text format
 */
record AppFigures(String text) {
    /**
     * The mean of what a timer has measured since an earlier moment, in milliseconds.
     *
     * @param timer its name without an end
     * @param tag a tag that it must have, as it is written; empty for any
     */
    double meanMsSince(AppFigures before, String timer, String tag) {
        double count = sum(timer + "_count", tag) - before.sum(timer + "_count", tag);
        double seconds = sum(timer + "_sum", tag) - before.sum(timer + "_sum", tag);
        if (count == 0) {
            throw new IllegalStateException(timer + " has measured nothing");
        }
        return 1_000 * seconds / count;
    }

    private double sum(String name, String tag) {
        return text.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> line.contains(tag))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
