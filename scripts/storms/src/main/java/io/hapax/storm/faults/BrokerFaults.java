package io.hapax.storm.faults;

import io.hapax.storm.world.Cluster;
import io.hapax.storm.world.StormWorld;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Faults of brokers, by chance or of the one on which most depends. */
final class BrokerFaults {
    /** A choice of brokers by their ids. */
    @FunctionalInterface
    interface Choice {
        List<Integer> of(StormWorld world, Chance chance) throws Exception;
    }

    static final Choice ONE = (world, chance) -> some(world, chance, 1);
    static final Choice TWO = (world, chance) -> some(world, chance, 2);
    static final Choice ALL =
            (world, chance) -> some(world, chance, world.sandbox().brokers());
    static final Choice CONTROLLER =
            (world, chance) -> List.of(Cluster.of(world).controller());
    static final Choice COORDINATOR =
            (world, chance) -> List.of(Cluster.of(world).coordinator(chance.random()));

    private BrokerFaults() {}

    static Deed kill(Choice choice) {
        return (world, chance) -> {
            List<Integer> hit = choice.of(world, chance);
            hit.forEach(node -> world.sandbox().broker(node).kill());
            chance.pass(1, 10);
            world.startBrokers();
            return names(hit);
        };
    }

    static Deed pause(Choice choice) {
        return (world, chance) -> {
            List<Integer> hit = choice.of(world, chance);
            hit.forEach(node -> world.sandbox().broker(node).pause());
            chance.stand();
            hit.forEach(node -> world.sandbox().broker(node).resume());
            return names(hit);
        };
    }

    /** SIGTERM. Where all are stopped, the last ones have to be killed: no controller is left to let them go. */
    static Deed stop(Choice choice) {
        return (world, chance) -> {
            List<Integer> hit = choice.of(world, chance);
            for (int node : hit) {
                world.stopBroker(node);
            }
            chance.pass(0, 5);
            world.startBrokers();
            return names(hit);
        };
    }

    static Deed restartAllInTurn() {
        return (world, chance) -> {
            for (int node = 1; node <= world.sandbox().brokers(); node++) {
                world.stopBroker(node);
                world.startBrokers();
                Cluster.of(world).awaitInSync();
            }
            return names(ALL.of(world, chance));
        };
    }

    private static List<Integer> some(StormWorld world, Chance chance, int number) {
        List<Integer> nodes = new ArrayList<>(
                IntStream.rangeClosed(1, world.sandbox().brokers()).boxed().toList());
        Collections.shuffle(nodes, chance.random());
        return nodes.subList(0, Math.min(number, nodes.size()));
    }

    private static String names(List<Integer> nodes) {
        return String.join(",", nodes.stream().map(node -> "broker-" + node).toList());
    }
}
