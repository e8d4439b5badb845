package io.hapax.topics;

import java.util.List;
import java.util.stream.Collectors;

/** The refusal to run on a cluster that breaks the guarantee. The message names each problem and its mend. */
public final class UnsoundClusterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnsoundClusterException(List<ClusterProblem> problems) {
        super(problems.stream()
                .map(problem -> "\n  - " + problem)
                .collect(Collectors.joining("", "refusing to run, the cluster breaks the guarantee:", "")));
    }
}
