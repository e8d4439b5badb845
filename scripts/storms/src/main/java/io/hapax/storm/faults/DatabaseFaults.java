package io.hapax.storm.faults;

import io.hapax.sandbox.Part;
import java.sql.Connection;
import java.sql.Statement;

/** Faults of PostgreSQL. */
final class DatabaseFaults {
    private static final String TARGET = "postgres";

    private DatabaseFaults() {}

    /** As after a crash: it recovers at its next start. */
    static Deed crash() {
        return (world, chance) -> {
            world.sandbox().stopPostgresImmediately();
            chance.pass(0, 8);
            world.sandbox().startAgain(Part.POSTGRES);
            return TARGET;
        };
    }

    static Deed pause() {
        return (world, chance) -> {
            world.sandbox().pause(Part.POSTGRES);
            chance.stand();
            world.sandbox().resume(Part.POSTGRES);
            return TARGET;
        };
    }

    /** All connections of the ledger are cut, again and again for some seconds. */
    static Deed cutConnections() {
        return (world, chance) -> {
            try (Connection owner = world.parts().connect();
                    Statement statement = owner.createStatement()) {
                for (int times = 0; times < 10; times++) {
                    statement.execute(
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity" + " WHERE usename = 'hapax_app'");
                    chance.pass(0, 1);
                }
            }
            return TARGET;
        };
    }
}
