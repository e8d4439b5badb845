package io.hapax.app.health;

import java.util.List;

/** The health checks of an app. Answers come from memory: a caller never waits for the network. */
public interface Health {
    /** The checks that must pass for the process to be left alone. A process that fails one is restarted. */
    List<Check> liveness();

    /**
     * The checks that must pass for the app to do its work. An app that fails one gets no requests until the check
     * passes.
     */
    List<Check> readiness();
}
