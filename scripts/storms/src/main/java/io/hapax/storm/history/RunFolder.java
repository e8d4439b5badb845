package io.hapax.storm.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The folder of one run: all that is known of it, for ever. A check of the run is a function of this folder alone.
 *
 * <p>Files of many records are JSON, one record a line, compressed. A number that is a time says its unit in its name:
 * {@code Ns} is the monotonic clock of the machine, {@code Ms} the wall clock in epoch milliseconds.
 */
public record RunFolder(Path path) {
    private static final String LINES = ".jsonl.gz";

    static final ObjectMapper JSON = JsonMapper.builder()
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    public void writeFacts(RunFacts facts) {
        write(path.resolve("run.json"), facts);
    }

    public RunFacts facts() {
        return read(path.resolve("run.json"), RunFacts.class);
    }

    /** The end of a run: what holds once everything is healed. */
    public void writeEnd(RunEnd end) {
        write(path.resolve("final.json"), end);
    }

    public RunEnd end() {
        return read(path.resolve("final.json"), RunEnd.class);
    }

    /** What one session of the load remembers. Any number of threads may append to it. */
    public LineWriter<ClientEvent> clientEvents(String session) {
        return LineWriter.to(path.resolve("clients").resolve(session + LINES));
    }

    /** The events of all sessions, each session's in the order in which they were written. */
    public void readClientEvents(Consumer<ClientEvent> each) {
        for (Path session : files(path.resolve("clients"))) {
            LineReader.read(session, ClientEvent.class, each);
        }
    }

    public LineWriter<TopicRecord> topic(String name) {
        return LineWriter.to(topicFile(name));
    }

    /** The committed records of a topic, each partition's in the order of its offsets. */
    public void readTopic(String name, Consumer<TopicRecord> each) {
        LineReader.read(topicFile(name), TopicRecord.class, each);
    }

    public Path topicFile(String name) {
        return path.resolve("topics").resolve(name + LINES);
    }

    public LineWriter<Fault> faults() {
        return LineWriter.to(path.resolve("faults" + LINES));
    }

    public void readFaults(Consumer<Fault> each) {
        LineReader.read(path.resolve("faults" + LINES), Fault.class, each);
    }

    public LineWriter<Sample> figures() {
        return LineWriter.to(path.resolve("figures" + LINES));
    }

    public void readFigures(Consumer<Sample> each) {
        LineReader.read(path.resolve("figures" + LINES), Sample.class, each);
    }

    /** What each instance answers to a look-up of each key, once everything is healed. */
    public LineWriter<LookUp> lookUps() {
        return LineWriter.to(path.resolve("look-ups" + LINES));
    }

    public void readLookUps(Consumer<LookUp> each) {
        LineReader.read(path.resolve("look-ups" + LINES), LookUp.class, each);
    }

    /** The place of a table's rows: CSV with a header, compressed. */
    public Path table(String name) {
        return path.resolve("tables").resolve(name + ".csv.gz");
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(file -> file.toString().endsWith(LINES))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, Object value) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            JSON.writer(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T read(Path file, Class<T> type) {
        try {
            return JSON.readValue(file.toFile(), type);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " can't be read: " + e.getMessage(), e);
        }
    }
}
