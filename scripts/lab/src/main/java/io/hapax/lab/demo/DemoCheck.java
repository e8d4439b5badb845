package io.hapax.lab.demo;

import java.util.List;

/**
 * One promise, compared with the evidence.
 *
 * @param promise statement that must be true
 * @param counted the numbers on which the result rests
 * @param broken first cases in which the promise is broken
 */
record DemoCheck(String promise, String counted, List<String> broken) {
    /** Enough to see what kind of trouble it is. */
    static final int MOST_CASES = 5;

    boolean holds() {
        return broken.isEmpty();
    }
}
