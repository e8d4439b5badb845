package io.hapax.stream.records;

import io.hapax.sandbox.Folders;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** The damage that a disk, a full file system or a person does to the files of a task. */
public final class Damage {
    /** To a file. */
    public enum Way {
        BIT_FLIPPED,
        CUT,
        CUT_BY_A_BYTE,
        EMPTIED,
        ZEROS,
        SOME_ZEROS,
        MISSING
    }

    private Damage() {}

    /** One file of that kind below the folder is damaged; which, and where, by chance. */
    public static void file(Path folder, String kind, Way way, Random random) throws IOException {
        List<Path> files = files(folder).stream()
                .filter(file -> file.getFileName().toString().contains(kind))
                .toList();
        if (files.isEmpty()) {
            // A process that is killed soon has not written each kind of file.
            return;
        }
        Path file = files.get(random.nextInt(files.size()));
        if (way == Way.MISSING) {
            Files.delete(file);
            return;
        }
        byte[] before = Files.readAllBytes(file);
        byte[] after = damaged(before, way, random);
        // Zeros may lie where zeros were.
        Files.write(file, Arrays.equals(before, after) ? damaged(before, Way.BIT_FLIPPED, random) : after);
    }

    private static byte[] damaged(byte[] before, Way way, Random random) {
        if (before.length == 0) {
            return new byte[] {1};
        }
        byte[] bytes = before.clone();
        int at = random.nextInt(bytes.length);
        switch (way) {
            case BIT_FLIPPED -> bytes[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            case CUT -> bytes = Arrays.copyOf(bytes, bytes.length / 2);
            case CUT_BY_A_BYTE -> bytes = Arrays.copyOf(bytes, bytes.length - 1);
            case EMPTIED -> bytes = new byte[0];
            case ZEROS -> Arrays.fill(bytes, (byte) 0);
            case SOME_ZEROS -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 512), (byte) 0);
            case MISSING -> throw new IllegalArgumentException("has no bytes");
        }
        return bytes;
    }

    /** Every second file is gone. */
    public static void half(Path folder) throws IOException {
        List<Path> files = files(folder);
        for (int i = 0; i < files.size(); i += 2) {
            Files.delete(files.get(i));
        }
    }

    public static void empty(Path folder) throws IOException {
        Folders.delete(folder);
        Files.createDirectories(folder);
    }

    public static List<Path> files(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of a file that somebody has open. */
    public static void flipInPlace(Path file, Random random) throws IOException {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            for (int i = 0; i < 5; i++) {
                long at = random.nextLong(opened.length());
                opened.seek(at);
                int before = opened.read();
                opened.seek(at);
                opened.write(before ^ (1 << random.nextInt(Byte.SIZE)));
            }
        }
    }
}
