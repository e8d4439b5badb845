package io.hapax.app.acls;

import static java.util.stream.Collectors.joining;

import java.util.List;

/**
 * The app may not do what it must, so it refuses to run; the message names each right and the command that gives it.
 */
public final class MissingRightsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MissingRightsException(List<Right> missing) {
        super(missing.stream()
                .map(right -> "\n  - " + right + "; to grant: " + right.grant())
                .collect(joining("", "refusing to run, rights on the Kafka cluster are missing:", "")));
    }
}
