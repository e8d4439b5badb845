package io.hapax.app.health;

import java.util.List;

/** How an app is. Answers come from memory: whoever asks waits for no network. */
public interface Health {
    /** What must hold for the process to be left alone; who fails one is restarted. */
    List<Check> liveness();

    /** What must hold for the app to do its work; who fails one gets no requests, and is waited for. */
    List<Check> readiness();
}
