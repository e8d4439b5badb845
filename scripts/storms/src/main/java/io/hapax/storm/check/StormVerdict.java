package io.hapax.storm.check;

import java.util.ArrayList;
import java.util.List;

/**
 * The verdict on a run: a line for each invariant.
 *
 * @param lacks what a run must have had to prove anything, and had not
 */
public record StormVerdict(List<Line> lines, List<String> lacks) {
    /** Violations that are printed of one invariant. */
    private static final int PRINTED = 10;

    public StormVerdict {
        lines = List.copyOf(lines);
        lacks = List.copyOf(lacks);
    }

    /**
     * The findings about one invariant.
     *
     * @param looked how many things were held against it
     * @param broken how many broke it
     * @param violations the first of them
     */
    public record Line(Invariant invariant, long looked, long broken, List<Violation> violations) {
        public Line {
            violations = List.copyOf(violations);
        }
    }

    /** True if no invariant is broken, and the run could have broken them. */
    public boolean held() {
        return exitCode() == 0;
    }

    /** 0 if every promise held, 1 if one is broken, 2 if none is and the run proves nothing. */
    public int exitCode() {
        boolean broken = lines.stream().anyMatch(line -> line.broken() > 0);
        return broken ? 1 : lacks.isEmpty() ? 0 : 2;
    }

    /** All violations that were kept. */
    public List<Violation> violations() {
        return lines.stream().flatMap(line -> line.violations().stream()).toList();
    }

    /** The verdict in words. */
    public List<String> words() {
        List<String> words = new ArrayList<>();
        for (Line line : lines) {
            words.add("  %s %s (%,d looked at%s)"
                    .formatted(
                            line.broken() > 0 ? "BROKEN" : line.looked() == 0 ? "-     " : "ok    ",
                            line.invariant().promise(),
                            line.looked(),
                            line.broken() > 0 ? ", %,d broken".formatted(line.broken()) : ""));
            line.violations().stream().limit(PRINTED).forEach(violation -> words.add("         " + violation));
        }
        words.addAll(lacks);
        words.add("");
        words.add(
                switch (exitCode()) {
                    case 0 -> "Every promise held.";
                    case 1 -> "A PROMISE IS BROKEN.";
                    default -> "THE RUN PROVES NOTHING.";
                });
        return words;
    }
}
