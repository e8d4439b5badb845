package io.hapax.storm.check;

import io.hapax.storm.check.RunLog.AccountRow;
import io.hapax.storm.history.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The table of docs/decisions.md, read backwards: given a verdict, whether the command deserved it. */
final class VerdictRules {
    private final RunLog log;
    private final Set<String> currencies;

    VerdictRules(RunLog log) {
        this.log = log;
        this.currencies =
                log.accounts.values().stream().map(AccountRow::currency).collect(Collectors.toSet());
    }

    /** Why a verdict is false; null if it is true. */
    @Nullable String lieOf(Story story, Decision decision, Command command) {
        List<String> broken = command.brokenRules();
        if (decision.is("INVALID")) {
            return lieOfInvalid(decision, command, broken);
        }
        if (!broken.isEmpty()) {
            return "breaks rules " + broken;
        }
        return switch (decision.verdict()) {
            case "SETTLED" -> lieOfSettled(story, decision, command);
            case "REPLAYED", "IN_FLIGHT" -> lieOfKnown(story, decision, command);
            case "CONFLICT" -> lieOfConflict(story, decision, command);
            case "EXPIRED" -> lieOfExpired(story, decision, command);
            default -> "no such verdict";
        };
    }

    private @Nullable String lieOfInvalid(Decision decision, Command command, List<String> broken) {
        Set<String> plain = new TreeSet<>(decision.violations());
        plain.retainAll(Command.PLAIN_RULES);
        if (decision.violations().isEmpty() || !plain.equals(new TreeSet<>(broken))) {
            return "names " + decision.violations() + ", breaks " + broken;
        }
        if (!Command.RULES.containsAll(decision.violations())) {
            return "names rules that do not exist: " + decision.violations();
        }
        Long sentAt = command.sentAtMs();
        if (decision.violations().contains("SENT_IN_FUTURE")
                && (sentAt == null
                        || sentAt <= decision.decidedMs() + log.facts.times().allowedSkewMs())) {
            return "was not sent in the future";
        }
        boolean money = currencies.contains(command.payload().currency());
        return money && decision.violations().stream().anyMatch(rule -> rule.startsWith("CURRENCY_"))
                ? "its currency is in use"
                : null;
    }

    private @Nullable String lieOfSettled(Story story, Decision decision, Command command) {
        LedgerTold told = story.acceptances().get(decision.command());
        if (told == null) {
            return "was never accepted";
        }
        if (decision.original() != null) {
            return "names another command as its original";
        }
        if (decision.expiresMs() == null || !isRetention(decision.expiresMs() - decision.decidedMs())) {
            return "is kept until " + decision.expiresMs() + ", which is not the retention";
        }
        return told.payload().equals(command.payload()) ? null : "the ledger was told of another payment";
    }

    private boolean isRetention(long keptMs) {
        return log.policies ? keptMs >= log.shortestRetentionMs : keptMs == log.shortestRetentionMs;
    }

    private @Nullable String lieOfKnown(Story story, Decision decision, Command command) {
        Payload original = original(story, decision);
        if (original == null) {
            return "its original " + decision.original() + " was never accepted";
        }
        if (decision.is("REPLAYED") && decision.expiresMs() != null && decision.expiresMs() <= decision.decidedMs()) {
            return "its answer was forgotten";
        }
        return original.equals(command.payload()) ? null : "its original is another payment";
    }

    private @Nullable String lieOfConflict(Story story, Decision decision, Command command) {
        List<Payload> others = new ArrayList<>();
        if (decision.original() == null) {
            // Refused by the ledger, which has the key under another content.
            boolean refused = story.said.stream()
                    .anyMatch(said ->
                            said.status().equals("CONFLICT") && said.command().equals(decision.command()));
            if (!refused) {
                return "the ledger did not refuse it";
            }
            story.posted.forEach(posted -> others.add(posted.payload()));
        } else {
            Payload original = original(story, decision);
            if (original == null) {
                return "its original " + decision.original() + " was never accepted";
            }
            others.add(original);
        }
        return others.stream()
                        .anyMatch(other -> !other.equals(command.payload())
                                && Command.differences(other, command.payload()).equals(decision.differing()))
                ? null
                : "differs not in " + decision.differing();
    }

    private @Nullable String lieOfExpired(Story story, Decision decision, Command command) {
        if (!mayBeForgotten(command, decision.decidedMs())) {
            return "does not say that it is old";
        }
        for (Decision settled : story.settlements()) {
            boolean before = settled.at().partition() == decision.at().partition()
                    && settled.at().offset() < decision.at().offset();
            if (before && settled.expiresMs() != null && settled.expiresMs() > decision.decidedMs()) {
                return "its answer was known since " + settled.at();
            }
        }
        return null;
    }

    /** True if a command says that it was first sent so long ago that its key may have been forgotten. */
    boolean mayBeForgotten(Command command, long nowMs) {
        Long told = command.toldMs(nowMs, log.facts.times().allowedSkewMs());
        return told != null
                && told <= nowMs - log.shortestRetentionMs + log.facts.times().allowedSkewMs();
    }

    private static @Nullable Payload original(Story story, Decision decision) {
        Map<Place, LedgerTold> acceptances = story.acceptances();
        LedgerTold told = decision.original() == null ? null : acceptances.get(decision.original());
        return told == null ? null : told.payload();
    }
}
