package io.hapax.storm.check;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The findings on the way through a run: of each invariant how much was looked at, and what breaks it. */
final class Findings {
    /** Violations that are kept of one invariant. The rest is counted. */
    static final int KEPT = 1_000;

    private final Map<Invariant, Found> all = new EnumMap<>(Invariant.class);

    Findings() {
        for (Invariant each : Invariant.values()) {
            all.put(each, new Found());
        }
    }

    /** Notes that one more thing was held against an invariant. */
    void looked(Invariant at) {
        of(at).looked++;
    }

    void looked(Invariant at, long times) {
        of(at).looked += times;
    }

    /** Holds one thing against an invariant. */
    void require(boolean holds, Invariant invariant, Object subject, String found, String lookAt) {
        looked(invariant);
        if (!holds) {
            broken(invariant, subject, found, lookAt);
        }
    }

    void broken(Invariant invariant, Object subject, String found, String lookAt) {
        Found of = of(invariant);
        of.broken++;
        if (of.violations.size() < KEPT) {
            of.violations.add(new Violation(invariant, subject.toString(), found, lookAt));
        }
    }

    List<StormVerdict.Line> lines() {
        List<StormVerdict.Line> lines = new ArrayList<>();
        all.forEach((invariant, found) ->
                lines.add(new StormVerdict.Line(invariant, found.looked, found.broken, found.violations)));
        return lines;
    }

    private Found of(Invariant invariant) {
        return all.computeIfAbsent(invariant, none -> new Found());
    }

    private static final class Found {
        private long looked;
        private long broken;
        private final List<Violation> violations = new ArrayList<>();
    }
}
