package io.hapax.storm.check;

import java.util.ArrayList;
import java.util.List;

/** The verdict on a run: a line for each invariant. */
public record StormVerdict(List<Line> lines) {
    /** Violations that are printed of one invariant. */
    private static final int PRINTED = 10;

    public StormVerdict {
        lines = List.copyOf(lines);
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

    /** True if no invariant is broken. */
    public boolean held() {
        return lines.stream().allMatch(line -> line.broken() == 0);
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
        return words;
    }
}
