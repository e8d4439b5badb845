package io.hapax.app.acls;

import static java.util.stream.Collectors.joining;

import java.util.List;

/**
 * The refusal to run without rights that the app needs. The message names each missing right and the command that
 * grants it.
 */
public final class MissingRightsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MissingRightsException(List<Right> missing) {
        super(missing.stream()
                .map(right -> "\n  - " + right + "; to grant: " + right.grant())
                .collect(joining("", "refusing to run, rights on the Kafka cluster are missing:", "")));
    }
}
