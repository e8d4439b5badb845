package io.hapax.lab.demo;

import io.hapax.app.settings.InstantText;
import io.hapax.schemas.PaymentCommand;
import io.hapax.tools.cli.Money;
import io.hapax.tools.table.Columns;
import io.hapax.tools.table.TableLine;
import io.hapax.tools.table.TableLine.Malformed;
import io.hapax.tools.table.TableLine.Row;
import io.hapax.tools.table.TableReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Payments from a file: CSV with a header, or JSON lines if its name ends in {@code .jsonl} or {@code .ndjson}.
 *
 * <p>A field is taken from the column that the mapping names, or else from the column of its own name. Needed are
 * {@code debtor}, {@code creditor} and {@code amount} (in units, such as 12.50). {@code currency}, {@code client},
 * {@code key}, {@code reference} and {@code sentAt} (ISO 8601) have defaults.
 *
 * <p>A line is malformed if its number of cells differs from the header's, if a needed field is empty, or if a
 * value has the wrong type. A malformed line is reported with its number and skipped. A line that can be read is
 * sent, even if its payment is invalid. The service answers it.
 */
final class PaymentFile {
    private static final List<String> NEEDED = List.of("debtor", "creditor", "amount");
    private static final List<String> OPTIONAL = List.of("currency", "client", "key", "reference", "sentAt");

    private final Columns columns;
    private final Defaults defaults;
    private final List<PaymentCommand> payments = new ArrayList<>();
    private final List<Malformed> malformed = new ArrayList<>();

    /**
     * The values for fields that a line does not give.
     *
     * @param seed part of the idempotency keys, so that another run sends other payments
     */
    record Defaults(String client, String currency, long seed, Instant sentAt) {}

    private PaymentFile(Columns columns, Defaults defaults) {
        this.columns = columns;
        this.defaults = defaults;
    }

    /** Reads a whole file; {@code TableRefusedException} if where its values stand is in doubt. */
    static PaymentFile read(Path file, Columns columns, Defaults defaults) throws IOException {
        PaymentFile read = new PaymentFile(columns, defaults);
        TableReader.read(file, columns, read::add);
        return read;
    }

    List<PaymentCommand> payments() {
        return payments;
    }

    List<Malformed> malformed() {
        return malformed;
    }

    private void add(TableLine line) {
        switch (line) {
            case Malformed bad -> malformed.add(bad);
            case Row row -> {
                try {
                    payments.add(payment(row));
                } catch (MalformedException e) {
                    malformed.add(new Malformed(row.number(), String.valueOf(e.getMessage())));
                }
            }
        }
    }

    private PaymentCommand payment(Row row) throws MalformedException {
        String currency = row.cell("currency").orElse(defaults.currency());
        return PaymentCommand.newBuilder()
                .setClientId(row.cell("client").orElse(defaults.client()))
                .setIdempotencyKey(row.cell("key").orElseGet(() -> "run-" + defaults.seed() + "-line-" + row.number()))
                .setDebtorAccount(needed(row, "debtor"))
                .setCreditorAccount(needed(row, "creditor"))
                .setAmountMinor(minorUnits(needed(row, "amount"), currency))
                .setCurrency(currency)
                .setReference(row.cell("reference").orElse(null))
                .setSentAt(sentAt(row))
                .build();
    }

    private Instant sentAt(Row row) throws MalformedException {
        Optional<String> text = row.cell("sentAt");
        try {
            return text.map(InstantText::parse).orElse(defaults.sentAt());
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

    private String needed(Row row, String field) throws MalformedException {
        return row.cell(field).orElseThrow(() -> new MalformedException(columns.of(field) + " is empty"));
    }

    private static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String why) {
            super(why);
        }
    }

    /**
     * The columns as they are named on the command line.
     *
     * @param mapping such as {@code debtor=nameOrig,creditor=nameDest}
     */
    static Columns columns(String mapping, Set<String> ignored) {
        List<String> fields = new ArrayList<>(NEEDED);
        fields.addAll(OPTIONAL);
        Map<String, String> columns = new HashMap<>();
        for (String pair : mapping.isBlank() ? new String[0] : mapping.split(",", -1)) {
            String[] parts = pair.split("=", -1);
            if (parts.length != 2 || parts[1].isBlank() || !fields.contains(parts[0].strip())) {
                throw new IllegalArgumentException("--columns has \"" + pair
                        + "\", must be FIELD=COLUMN with a field of " + String.join(", ", fields));
            }
            if (columns.containsValue(parts[1].strip())) {
                throw new IllegalArgumentException("--columns takes two fields from the column " + parts[1].strip());
            }
            if (columns.put(parts[0].strip(), parts[1].strip()) != null) {
                throw new IllegalArgumentException("--columns names " + parts[0].strip() + " twice");
            }
        }
        return new Columns(NEEDED, OPTIONAL, columns, ignored);
    }
}
