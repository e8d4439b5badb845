package io.hapax.storm.faults;

import io.hapax.storm.world.Instance;
import io.hapax.storm.world.StormWorld;
import java.util.List;

/** Faults of the apps' own processes. */
final class AppFaults {
    private AppFaults() {}

    static Deed kill(String program) {
        return (world, chance) -> kill(List.of(chance.of(world.of(program))), chance);
    }

    static Deed killAll(String program) {
        return (world, chance) -> kill(world.of(program), chance);
    }

    static Deed pause(String program) {
        return (world, chance) -> {
            Instance hit = chance.of(world.of(program));
            hit.process().pause();
            chance.stand();
            hit.process().resume();
            return hit.name();
        };
    }

    /** SIGTERM: it ends in order, and comes back. */
    static Deed stop(String program) {
        return (world, chance) -> {
            Instance hit = chance.of(world.of(program));
            hit.process().stop();
            chance.pass(0, 3);
            hit.startUnlessAlive();
            return hit.name();
        };
    }

    /** One after the other, each when the one before is ready again. */
    static Deed restartAllInTurn() {
        return (world, chance) -> {
            for (Instance each : world.instances()) {
                each.process().stop();
                each.startUnlessAlive();
                world.awaitReady(each);
            }
            return StormWorld.names(world.instances());
        };
    }

    private static String kill(List<Instance> hit, Chance chance) throws InterruptedException {
        hit.forEach(each -> each.process().kill());
        chance.pass(0, 4);
        hit.forEach(Instance::startUnlessAlive);
        return StormWorld.names(hit);
    }
}
