package io.hapax.tools.accounts;

import io.hapax.ledger.book.AccountRefusedException;
import io.hapax.ledger.book.AccountTerms;
import io.hapax.ledger.book.OwnerList;
import io.hapax.ledger.posting.AccountKind;
import io.hapax.tools.cli.Money;
import io.hapax.tools.table.Columns;
import io.hapax.tools.table.TableLine;
import io.hapax.tools.table.TableLine.Malformed;
import io.hapax.tools.table.TableLine.Row;
import io.hapax.tools.table.TableReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file of accounts to open: CSV with the header {@code id,currency,kind,limit,balance,owners}, or JSON lines. If one
 * row is wrong, the whole file is refused.
 */
final class AccountFile {
    private static final Columns COLUMNS =
            new Columns(List.of("id", "currency"), List.of("kind", "limit", "balance", "owners"), Map.of(), Set.of());

    private static final int MOST_TOLD = 20;

    private final Path path;

    /** Line on which an account stands first, by its id. */
    private final Map<String, Long> lines = new HashMap<>();

    private final Map<String, AccountTerms> terms = new LinkedHashMap<>();
    private final Map<String, OwnerList> owners = new HashMap<>();
    private final List<String> mistakes = new ArrayList<>();

    private AccountFile(Path path) {
        this.path = path;
    }

    /** @throws IllegalArgumentException with every line that is wrong, up to twenty, and why */
    static AccountFile read(Path path) throws IOException {
        AccountFile file = new AccountFile(path);
        TableReader.read(path, COLUMNS, file::add);
        if (!file.mistakes.isEmpty()) {
            int more = file.mistakes.size() - MOST_TOLD;
            throw new IllegalArgumentException(path + ": "
                    + String.join("; ", file.mistakes.subList(0, Math.min(MOST_TOLD, file.mistakes.size())))
                    + (more > 0 ? "; and " + more + " more lines" : ""));
        }
        if (file.terms.isEmpty()) {
            throw new IllegalArgumentException(path + " names no account");
        }
        return file;
    }

    List<AccountTerms> terms() {
        return List.copyOf(terms.values());
    }

    /** The owners of those accounts for which the file has any, by account id. */
    Map<String, OwnerList> owners() {
        return Map.copyOf(owners);
    }

    /**
     * The place of the account in the file, such as {@code accounts.csv, line 3: }; empty if the file does not name
     * it.
     */
    String place(String id) {
        Long line = lines.get(id);
        return line == null ? "" : path + ", line " + line + ": ";
    }

    private void add(TableLine line) {
        switch (line) {
            case Malformed(long number, String why) -> mistakes.add("line " + number + ": " + why);
            case Row row -> {
                try {
                    add(row.number(), terms(row), owners(row));
                } catch (IllegalArgumentException | AccountRefusedException e) {
                    mistakes.add("line " + row.number() + ": " + e.getMessage());
                }
            }
        }
    }

    private void add(long line, AccountTerms added, @Nullable OwnerList owned) {
        AccountTerms before = terms.putIfAbsent(added.id(), added.requireName());
        if (before != null && !before.equals(added)) {
            throw new IllegalArgumentException("Account " + added.id() + " stands on line " + lines.get(added.id())
                    + " with other terms: " + before + ", not " + added);
        }
        if (before != null && !Objects.equals(owners.get(added.id()), owned)) {
            throw new IllegalArgumentException(
                    "Account " + added.id() + " stands on line " + lines.get(added.id()) + " with other owners");
        }
        lines.putIfAbsent(added.id(), line);
        if (owned != null) {
            owners.put(added.id(), owned);
        }
    }

    private static @Nullable OwnerList owners(Row row) {
        return row.cell("owners")
                .map(cell -> new OwnerList(
                        Stream.of(cell.split(";", -1)).map(String::strip).toList()))
                .orElse(null);
    }

    private static AccountTerms terms(Row row) {
        return terms(
                needed(row, "id"),
                needed(row, "currency"),
                kind(row.cell("kind").orElse("CUSTOMER")),
                row.cell("limit").orElse("0"),
                row.cell("balance").orElse("0"));
    }

    private static String needed(Row row, String field) {
        return row.cell(field).orElseThrow(() -> new IllegalArgumentException(field + " is empty"));
    }

    private static AccountKind kind(String text) {
        try {
            return AccountKind.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("kind is \"" + text + "\", must be customer or system", e);
        }
    }

    /** Throws {@link IllegalArgumentException} or {@link AccountRefusedException} for terms that can't be. */
    static AccountTerms terms(String id, String currency, AccountKind kind, String limit, String balance) {
        // First without amounts, whose decimals mean nothing under a currency that is none.
        new AccountTerms(id, currency, kind, 0, 0).requireName();
        return new AccountTerms(
                id, currency, kind, minorUnits("limit", limit, currency), minorUnits("balance", balance, currency));
    }

    private static long minorUnits(String name, String text, String currency) {
        try {
            return Money.minorUnits(text, currency);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " " + e.getMessage(), e);
        }
    }
}
