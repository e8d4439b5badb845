package io.hapax.sandbox;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The processes of a sandbox by part: one of each, and of brokers as many as there are. */
final class PartProcesses {
    private final Map<Part, List<PartProcess>> byPart;

    PartProcesses(Stream<PartProcess> processes) {
        this.byPart = processes.collect(groupingBy(PartProcess::part));
    }

    List<PartProcess> of(Part part) {
        return requireNonNull(byPart.get(part), part.label());
    }

    /** Does this with all processes of the parts at the same time, and returns when all of it is done. */
    void atOnce(Collection<Part> parts, Consumer<PartProcess> action) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture.allOf(parts.stream()
                            .flatMap(part -> of(part).stream())
                            .map(process -> CompletableFuture.runAsync(() -> action.accept(process), threads))
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }
}
