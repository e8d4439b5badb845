package io.hapax.sandbox;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** Signals that Java's own process API cannot send, through the {@code kill} program. */
final class Signals {
    private Signals() {}

    /** Sends the signal, for example {@code STOP}; a process that is gone already is no error. */
    static void send(String signal, List<Long> pids) {
        List<String> command = Stream.concat(
                        Stream.of("kill", "-s", signal), pids.stream().map(String::valueOf))
                .toList();
        try {
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new SandboxException("cannot run " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted in " + command, e);
        }
    }
}
