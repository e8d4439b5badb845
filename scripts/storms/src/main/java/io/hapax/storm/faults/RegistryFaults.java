package io.hapax.storm.faults;

import io.hapax.sandbox.Part;

/** Faults of the schema registry. The apps have read the schemas, and those that start meanwhile have not. */
final class RegistryFaults {
    private static final String TARGET = "registry";

    private RegistryFaults() {}

    static Deed kill() {
        return (world, chance) -> {
            world.sandbox().kill(Part.REGISTRY);
            chance.stand();
            world.sandbox().startAgain(Part.REGISTRY);
            return TARGET;
        };
    }

    /** It answers 404 to everything, and an app that knows no schema yet starts meanwhile. */
    static Deed answersNotFound() {
        return (world, chance) -> {
            world.registryDoor().shut();
            try {
                var starting = chance.of(world.instances());
                starting.process().kill();
                starting.startUnlessAlive();
                chance.stand();
                return TARGET + "," + starting.name();
            } finally {
                world.registryDoor().open();
            }
        };
    }
}
