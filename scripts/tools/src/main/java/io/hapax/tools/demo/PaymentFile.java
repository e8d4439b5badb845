package io.hapax.tools.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hapax.schemas.PaymentCommand;
import io.hapax.tools.Money;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * Payments from a file: CSV with a header, or JSON lines if its name ends in {@code .jsonl} or {@code .ndjson}.
 *
 * <p>A value may be quoted, but not span lines. A field is taken from the column that the mapping names, or else from the column of its own name. Needed are
 * {@code debtor}, {@code creditor} and {@code amount} (in units, such as 12.50); {@code currency}, {@code client},
 * {@code key}, {@code reference} and {@code sentAt} (ISO 8601) have defaults. A line is malformed when a needed field is
 * empty or a value is not of its kind: it is told by its number and skipped. What can be read is sent, however little sense
 * it makes: the service answers that.
 */
final class PaymentFile {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Map<String, String> columns;
    private final Defaults defaults;
    private final List<PaymentCommand> payments = new ArrayList<>();
    private final List<MalformedLine> malformed = new ArrayList<>();

    /**
     * What a line that doesn't say gets.
     *
     * @param seed part of the idempotency keys, so that another run means other payments
     */
    record Defaults(String client, String currency, long seed, Instant sentAt) {}

    /** A line that was skipped. */
    record MalformedLine(long number, String why) {}

    private PaymentFile(Map<String, String> columns, Defaults defaults) {
        this.columns = columns;
        this.defaults = defaults;
    }

    /**
     * Reads a whole file.
     *
     * @param columns column of the file by field
     */
    static PaymentFile read(Path file, Map<String, String> columns, Defaults defaults) throws IOException {
        PaymentFile read = new PaymentFile(columns, defaults);
        String name = file.getFileName().toString();
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
                read.jsonLines(lines);
            } else {
                read.csv(lines);
            }
        }
        return read;
    }

    List<PaymentCommand> payments() {
        return payments;
    }

    List<MalformedLine> malformed() {
        return malformed;
    }

    /** Line by line: a quote that nobody closes costs its own line, not the rest of the file. */
    private void csv(BufferedReader lines) throws IOException {
        CSVFormat format = CSVFormat.DEFAULT.builder().setTrim(true).get();
        String first = lines.readLine();
        List<String> header = first == null
                ? List.of()
                : row(first, format).map(CSVRecord::toList).orElse(List.of());
        requireColumns(header);
        // The header is line 1.
        long number = 1;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            Optional<CSVRecord> row = row(line, format);
            if (row.isEmpty()) {
                malformed.add(new MalformedLine(number, "not CSV: a quote is not closed, or text follows it"));
            } else {
                add(number, column -> value(row.get(), header.indexOf(column)));
            }
        }
    }

    private static Optional<CSVRecord> row(String line, CSVFormat format) throws IOException {
        try (CSVParser parser = CSVParser.parse(line, format)) {
            return parser.stream().findFirst();
        } catch (UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private static @Nullable String value(CSVRecord row, int index) {
        return index >= 0 && index < row.size() ? row.get(index) : null;
    }

    private void requireColumns(List<String> header) {
        for (String field : List.of("debtor", "creditor", "amount")) {
            if (!header.contains(column(field))) {
                throw new IllegalArgumentException("the file has no column " + column(field) + " for " + field
                        + ", only " + header + "; name it with --columns " + field + "=COLUMN");
            }
        }
        columns.forEach((field, column) -> {
            if (!header.contains(column)) {
                throw new IllegalArgumentException("the file has no column " + column + ", only " + header);
            }
        });
    }

    private void jsonLines(BufferedReader lines) throws IOException {
        long number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (!line.isBlank()) {
                json(number, line);
            }
        }
    }

    private void json(long number, String line) {
        try {
            JsonNode node = MAPPER.readTree(line);
            if (!node.isObject()) {
                malformed.add(new MalformedLine(number, "not a JSON object"));
                return;
            }
            add(
                    number,
                    column -> node.path(column).isMissingNode()
                                    || node.path(column).isNull()
                            ? null
                            : node.path(column).asText());
        } catch (JsonProcessingException e) {
            malformed.add(new MalformedLine(number, "not JSON: " + e.getOriginalMessage()));
        }
    }

    private void add(long number, Function<String, @Nullable String> columnsOfLine) {
        try {
            payments.add(payment(number, columnsOfLine));
        } catch (MalformedException e) {
            malformed.add(new MalformedLine(number, String.valueOf(e.getMessage())));
        }
    }

    private PaymentCommand payment(long number, Function<String, @Nullable String> line) throws MalformedException {
        String currency = optional(line, "currency").orElse(defaults.currency());
        return PaymentCommand.newBuilder()
                .setClientId(optional(line, "client").orElse(defaults.client()))
                .setIdempotencyKey(optional(line, "key").orElseGet(() -> "run-" + defaults.seed() + "-line-" + number))
                .setDebtorAccount(needed(line, "debtor"))
                .setCreditorAccount(needed(line, "creditor"))
                .setAmountMinor(minorUnits(needed(line, "amount"), currency))
                .setCurrency(currency)
                .setReference(optional(line, "reference").orElse(null))
                .setSentAt(sentAt(line))
                .build();
    }

    private Instant sentAt(Function<String, @Nullable String> line) throws MalformedException {
        Optional<String> text = optional(line, "sentAt");
        try {
            return text.map(Instant::parse).orElse(defaults.sentAt());
        } catch (DateTimeException e) {
            throw new MalformedException("sentAt is no ISO 8601 time: " + text.orElse(""));
        }
    }

    private static long minorUnits(String text, String currency) throws MalformedException {
        try {
            return Money.minorUnits(text, currency);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("amount " + e.getMessage());
        }
    }

    private String needed(Function<String, @Nullable String> line, String field) throws MalformedException {
        return optional(line, field).orElseThrow(() -> new MalformedException(column(field) + " is missing"));
    }

    private Optional<String> optional(Function<String, @Nullable String> line, String field) {
        return Optional.ofNullable(line.apply(column(field))).filter(text -> !text.isBlank());
    }

    private String column(String field) {
        return columns.getOrDefault(field, field);
    }

    private static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String why) {
            super(why);
        }
    }

    /** The mapping as it is written on the command line: {@code debtor=nameOrig,creditor=nameDest}. */
    static Map<String, String> columns(String mapping) {
        List<String> fields =
                List.of("debtor", "creditor", "amount", "currency", "client", "key", "reference", "sentAt");
        Map<String, String> columns = new HashMap<>();
        for (String pair : mapping.isBlank() ? new String[0] : mapping.split(",", -1)) {
            String[] parts = pair.split("=", -1);
            if (parts.length != 2 || !fields.contains(parts[0].strip())) {
                throw new IllegalArgumentException(
                        "--columns has \"" + pair + "\", must be FIELD=COLUMN with a field of " + fields);
            }
            columns.put(parts[0].strip(), parts[1].strip());
        }
        return columns;
    }
}
