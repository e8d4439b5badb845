package io.hapax.insight;

import java.util.List;

/** A detector's word that its threshold is reached. */
record Finding(Cause cause, List<Evidence> evidence) {
    static Finding of(Cause cause, Evidence... evidence) {
        return new Finding(cause, List.of(evidence));
    }
}
