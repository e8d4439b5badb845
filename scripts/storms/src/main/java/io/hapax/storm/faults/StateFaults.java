package io.hapax.storm.faults;

import io.hapax.sandbox.Folders;
import io.hapax.storm.world.Instance;
import io.hapax.storm.world.StormWorld;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Faults of a stream app's state folder, which is lost, damaged or an old one while the app is away. */
final class StateFaults {
    private static final int DAMAGED_FILES = 5;

    private StateFaults() {}

    static Deed delete() {
        return (world, chance) -> {
            Instance hit = dead(world, chance);
            Folders.delete(hit.state());
            hit.startUnlessAlive();
            return hit.name();
        };
    }

    /** Some files are cut, emptied or have bytes turned. */
    static Deed damage() {
        return (world, chance) -> {
            Instance hit = dead(world, chance);
            for (int times = 0; times < DAMAGED_FILES; times++) {
                List<Path> files = files(hit.state());
                if (!files.isEmpty()) {
                    damage(chance.of(files), chance.random());
                }
            }
            hit.startUnlessAlive();
            return hit.name();
        };
    }

    /** The folder of some time ago comes back, as from a snapshot of the disk. */
    static Deed bringBackOld() {
        return (world, chance) -> {
            Instance hit = dead(world, chance);
            Path old = hit.state().resolveSibling("state-old");
            Folders.delete(old);
            copy(hit.state(), old);
            hit.startUnlessAlive();
            world.awaitReady(hit);
            chance.pass(5, 15);
            hit.process().kill();
            Folders.delete(hit.state());
            Files.createDirectories(hit.state());
            copy(old, hit.state());
            hit.startUnlessAlive();
            return hit.name();
        };
    }

    private static Instance dead(StormWorld world, Chance chance) {
        Instance hit = chance.of(world.streamApps());
        hit.process().kill();
        return hit;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> file.toFile().length() > 0)
                    .sorted()
                    .toList();
        }
    }

    private static void damage(Path file, Random random) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long place = random.nextLong(channel.size());
            switch (random.nextInt(3)) {
                case 0 -> channel.truncate(place);
                case 1 -> channel.truncate(0);
                default -> {
                    ByteBuffer one = ByteBuffer.allocate(1);
                    channel.read(one, place);
                    one.put(0, (byte) ~one.get(0)).rewind();
                    channel.write(one, place);
                }
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes unused) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes unused) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file)));
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
