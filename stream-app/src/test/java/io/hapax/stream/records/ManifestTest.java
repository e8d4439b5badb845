package io.hapax.stream.records;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** RocksDB's own list of files, longer than one of its blocks. */
class ManifestTest {
    private static final int BLOCK_BYTES = 32 * 1024;

    @TempDir
    private Path folder;

    private byte[] written = {};

    @BeforeEach
    void write() throws RocksDBException, IOException {
        RocksDB.loadLibrary();
        try (Options options = new Options().setCreateIfMissing(true);
                RocksDB database = RocksDB.open(options, folder.toString())) {
            for (int i = 0; i < 50; i++) {
                // A long name makes a long entry, which goes over the end of a block.
                String name = String.valueOf(i).repeat(1_000);
                database.createColumnFamily(new ColumnFamilyDescriptor(name.getBytes(US_ASCII)))
                        .close();
            }
            try (Stream<Path> files = Files.list(folder)) {
                List<Path> manifests = files.filter(
                                file -> file.getFileName().toString().startsWith("MANIFEST"))
                        .toList();
                written = Files.readAllBytes(manifests.getFirst());
            }
        }
    }

    @Test
    void shouldFindNoGapInWhatRocksDbHasWritten() {
        assertTrue(written.length > 2 * BLOCK_BYTES, written.length + " bytes");
        assertFalse(Manifest.hasGap(written));
        assertFalse(Manifest.hasGap(new byte[0]));
        assertFalse(Manifest.hasGap(Arrays.copyOf(written, written.length / 2)));
        assertFalse(Manifest.hasGap(Arrays.copyOf(written, written.length + 4096)));
    }

    @Test
    void shouldFindZerosInThePlaceOfEntries() {
        byte[] gap = new byte[3 * BLOCK_BYTES];
        for (int block = 0; block < 3; block++) {
            // One entry that fills the block.
            int length = BLOCK_BYTES - 7;
            gap[block * BLOCK_BYTES + 4] = (byte) length;
            gap[block * BLOCK_BYTES + 5] = (byte) (length >> 8);
            gap[block * BLOCK_BYTES + 6] = 1;
        }
        assertFalse(Manifest.hasGap(gap));
        Arrays.fill(gap, BLOCK_BYTES, BLOCK_BYTES + 512, (byte) 0);
        assertTrue(Manifest.hasGap(gap));
        Arrays.fill(gap, BLOCK_BYTES, gap.length, (byte) 0);
        assertFalse(Manifest.hasGap(gap), "zeros to the end are a cut");
    }
}
