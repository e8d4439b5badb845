package io.hapax.storm.history;

/** The answer of one instance to the look-up of one key at the end. */
public record LookUp(String client, String key, String instance, Answer answer) {}
