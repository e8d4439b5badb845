package io.hapax.lab.demo;

import java.util.List;

/**
 * One promise held against the evidence.
 *
 * @param promise what must hold
 * @param counted what was counted to tell
 * @param broken cases in which it does not hold, the first few
 */
record DemoCheck(String promise, String counted, List<String> broken) {
    /** Enough to see what kind of trouble it is. */
    static final int MOST_CASES = 5;

    boolean holds() {
        return broken.isEmpty();
    }
}
