package io.hapax.lab.simulation;

/** The failure of a simulation in which the program broke its promise. Seed and step repeat it. */
public final class BrokenPromiseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String promise;

    BrokenPromiseException(String promise, String what) {
        super(promise + ": " + what);
        this.promise = promise;
    }

    /** The promise that was broken, in a few words that never change. */
    public String promise() {
        return promise;
    }
}
