package io.hapax.lab.demo;

import io.hapax.schemas.Verdict;
import io.hapax.stream.decision.Asked;
import io.hapax.tools.cli.Money;
import io.hapax.tools.log.AnyDecision;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The printed report of a run: answers by kind, some balances, and the checks. */
final class Report {
    private static final String BALANCES = """
            SELECT id, currency, balance_minor, opening_balance_minor FROM accounts
            WHERE balance_minor <> opening_balance_minor
            ORDER BY kind DESC, abs(balance_minor::numeric - opening_balance_minor) DESC, id LIMIT 6
            """;

    private static final int LEAST_WIDTH = 42;

    private final PrintWriter out;

    Report(PrintWriter out) {
        this.out = out;
    }

    void answers(DemoEvidence evidence) {
        Map<String, Long> byKind = evidence.decisions().stream()
                .collect(Collectors.groupingBy(Report::kind, TreeMap::new, Collectors.counting()));
        if (!evidence.buried().isEmpty()) {
            byKind.put("dead letter", (long) evidence.buried().size());
        }
        out.printf(
                "%nAnswers to %,d commands, of which %,d came on a partition not their own:%n",
                evidence.commands().size(), evidence.rerouted());
        int width = byKind.keySet().stream().mapToInt(String::length).reduce(LEAST_WIDTH, Math::max);
        byKind.forEach((kind, count) -> out.printf("  %-" + width + "s %,10d%n", kind, count));
        out.flush();
    }

    void balances(Connection database) throws SQLException {
        out.printf("%nBalances that moved most:%n  %-24s %20s %20s%n", "account", "opened with", "now");
        try (PreparedStatement query = database.prepareStatement(BALANCES);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                String currency = row.getString(2);
                out.printf(
                        "  %-24s %20s %20s%n",
                        row.getString(1),
                        Money.format(row.getLong(4), currency),
                        Money.format(row.getLong(3), currency));
            }
        }
        out.flush();
    }

    void checks(List<DemoCheck> checks) {
        out.printf("%nVerified from the topics and the database:%n");
        for (DemoCheck check : checks) {
            out.printf("  %-6s %s (%s)%n", check.holds() ? "ok" : "BROKEN", check.promise(), check.counted());
            check.broken().stream().limit(DemoCheck.MOST_CASES).forEach(each -> out.printf("           %s%n", each));
            if (check.broken().size() > DemoCheck.MOST_CASES) {
                out.printf("           and %,d more%n", check.broken().size() - DemoCheck.MOST_CASES);
            }
        }
        out.flush();
    }

    private static String kind(AnyDecision decision) {
        String step = decision.asked() == Asked.Kind.PAYMENT ? "" : decision.asked() + " ";
        String status = decision.status() == null ? "" : " " + decision.status();
        String reason = decision.failureReason() == null ? "" : " " + decision.failureReason();
        String note = decision.verdict() == Verdict.SETTLED ? " (accepted)" : "";
        return step + decision.verdict() + note + status + reason;
    }
}
