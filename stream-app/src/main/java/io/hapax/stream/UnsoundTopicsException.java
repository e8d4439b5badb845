package io.hapax.stream;

import io.hapax.topics.TopicProblem;
import java.util.List;
import java.util.stream.Collectors;

/** The refusal to run on topics that break the guarantee. The message names each problem and its mend. */
public final class UnsoundTopicsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnsoundTopicsException(List<TopicProblem> problems) {
        super(problems.stream()
                .map(problem -> "\n  - " + problem)
                .collect(Collectors.joining("", "refusing to run, the topics break the guarantee:", "")));
    }
}
