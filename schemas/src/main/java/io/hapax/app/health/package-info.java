/** What both apps show those who run them, and how they end: health, metrics and the server that tells them. */
@NullMarked
package io.hapax.app.health;

import org.jspecify.annotations.NullMarked;
