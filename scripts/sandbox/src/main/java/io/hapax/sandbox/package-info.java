/**
 * The real parts that Hapax talks to, started on this machine: a Kafka broker, a schema registry and PostgreSQL, each
 * a process of its own with its data in a folder that the caller names. What belongs here starts, stops, kills,
 * pauses and restarts them; what runs on them (topics, schemas, tables, accounts) belongs to those who own it.
 */
@NullMarked
package io.hapax.sandbox;

import org.jspecify.annotations.NullMarked;
