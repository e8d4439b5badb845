package io.hapax.stream.metrics;

/**
 * How large the stores of a process are.
 *
 * @param keys about how many payments are remembered, in all tasks and standbys
 * @param filterBytes of the heap, taken by the filters that know most new keys
 * @param memoryBytes taken by RocksDB, outside of the heap
 */
public record StoreFigures(long keys, long filterBytes, long memoryBytes) {}
