package io.hapax.insight;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;

/**
 * A detector of one kind of misuse at one client. It must hold little state: there may be a hundred thousand clients.
 */
interface Detector {
    /** Takes a fact in; a finding whenever the threshold is reached or still exceeded by it. */
    Optional<Finding> observe(UsageFact fact);

    /** Writes all it knows, so that another instance can go on. */
    void write(DataOutput out) throws IOException;

    /** Takes over what {@link #write} wrote. */
    void read(DataInput in) throws IOException;
}
