package io.hapax.storm.faults;

import io.hapax.storm.world.SmallDisk;

/** A disk that is full to the last byte, and has space again after a while. */
final class DiskFaults {
    private DiskFaults() {}

    /** @param owner whose disk, as {@link io.hapax.storm.world.Disks} names it */
    static Deed fill(String owner) {
        return (world, chance) -> {
            SmallDisk disk = world.disks().of(owner).orElseThrow();
            disk.fill();
            try {
                chance.pass(10, 25);
            } finally {
                disk.free();
            }
            world.heal();
            return owner;
        };
    }
}
