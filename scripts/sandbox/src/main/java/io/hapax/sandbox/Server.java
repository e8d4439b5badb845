package io.hapax.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A kind of server process: how to start it on its folder, ask whether it is ready, and stop it. It has no state: the
 * folder holds the state.
 */
interface Server {
    Part part();

    /** The name of this one among the servers of the sandbox. */
    default String label() {
        return part().label();
    }

    Path folder();

    /**
     * The file that takes the output of the process. It lies beside the folder, so that the log stays apart from the
     * part's own files.
     */
    default Path log() {
        return folder().resolveSibling(label() + ".log");
    }

    /** Prepares the folder for the process, for instance by formatting a log. It is called before every start. */
    void prepare() throws IOException;

    /** The program and its arguments; {@link #marker()} stands among them, near the front. */
    List<String> command() throws IOException;

    /** A text in the command line that only this part of this sandbox has. */
    String marker();

    /** The names under which the part's ports are remembered. */
    List<String> portNames();

    /**
     * True when the part answers, and is this part and not another one's on the same port. A part that is not up yet
     * returns false or throws.
     */
    boolean isReady() throws Exception;

    /** Called when it answers for the first time since its start. */
    default void started() throws IOException {}

    /** The signal that asks for a clean end, for example {@code TERM}. */
    String endSignal();

    /** The signal that ends it where all of its kind end at the same time. */
    default String closeSignal() {
        return endSignal();
    }

    /** The signal that ends the process when this JVM has died; state on disk must survive it. */
    String orphanSignal();
}
