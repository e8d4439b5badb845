package io.hapax.storm.history;

import org.jspecify.annotations.Nullable;

/**
 * The figures of one process at one moment.
 *
 * @param instance its name, see {@link RunFacts.Instance}
 * @param pid its process id: another one is another life
 * @param residentBytes resident memory
 * @param descriptors open files and sockets
 * @param ready its own word on whether it is ready; null where it has none
 * @param lag records of its topics that it has not read; null where there are none
 */
public record Sample(
        long atMs,
        String instance,
        long pid,
        long residentBytes,
        long threads,
        long descriptors,
        @Nullable Boolean ready,
        @Nullable Long lag) {}
