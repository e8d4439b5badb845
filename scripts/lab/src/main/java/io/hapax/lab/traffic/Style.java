package io.hapax.lab.traffic;

/** The ways in which honest clients pay and retry. */
enum Style {
    /** A person who clicks again when nothing happens, now and then much later. */
    INTERACTIVE,
    /** A service that retries with exponential back-off, ten times at most. */
    SERVICE,
    /** A job that looks every few minutes for payments without an answer. */
    CRON,
    /** A file a day, which an operator now and then sends again as a whole. */
    BATCH,
    /** A till: the same few payments over and over, each a payment of its own. */
    KIOSK
}
