package io.hapax.lab.simulation;

/** The simulation caught the program breaking its promise; seed and step run it again. */
public final class BrokenPromiseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String promise;

    BrokenPromiseException(String promise, String what) {
        super(promise + ": " + what);
        this.promise = promise;
    }

    /** Which promise was broken, in a few words that stay the same. */
    public String promise() {
        return promise;
    }
}
