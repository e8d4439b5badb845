package io.hapax.storm.world;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The small disks of a world: of one broker, of the database and of the first stream app's stores. There are none where
 * the machine does not let us mount any.
 */
public final class Disks implements AutoCloseable {
    public static final String BROKER = "broker-1";
    public static final String DATABASE = "postgres";
    public static final String STORES = StormWorld.STREAM_APP + "-1";

    /** Enough for an hour at the usual rate, and small enough for the memory of a machine that runs everything. */
    private static final Map<String, Integer> MEGABYTES = Map.of(BROKER, 1_000, DATABASE, 800, STORES, 400);

    private final Map<String, SmallDisk> byOwner = new TreeMap<>();

    private Disks() {}

    static Disks none() {
        return new Disks();
    }

    /** Mounts them below the folder of a world that is not started yet. */
    static Disks below(Path world) throws IOException {
        Disks disks = new Disks();
        Map<String, Path> folders = Map.of(
                BROKER, world.resolve("kafka"), DATABASE, world.resolve("postgres"), STORES, ofStores(world, STORES));
        for (Map.Entry<String, Path> folder : folders.entrySet()) {
            String owner = folder.getKey();
            SmallDisk.on(folder.getValue(), MEGABYTES.getOrDefault(owner, 0))
                    .ifPresent(disk -> disks.byOwner.put(owner, disk));
        }
        return disks;
    }

    /** The folder of a stream app that may be a small disk. Its stores lie below. */
    static Path ofStores(Path world, String instance) {
        return world.resolve("apps").resolve(instance).resolve("disk");
    }

    /** Empty where it has none. */
    public Optional<SmallDisk> of(String owner) {
        return Optional.ofNullable(byOwner.get(owner));
    }

    @Override
    public void close() throws IOException {
        for (SmallDisk disk : byOwner.values()) {
            disk.close();
        }
    }
}
