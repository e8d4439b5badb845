package io.hapax.lab.storm.history;

/** What one instance answers to the look-up of one key at the end. */
public record LookUp(String client, String key, String instance, Answer answer) {}
