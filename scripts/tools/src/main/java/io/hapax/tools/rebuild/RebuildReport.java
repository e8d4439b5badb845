package io.hapax.tools.rebuild;

import io.hapax.tools.books.Difference;
import io.hapax.tools.books.Difference.Kind;
import io.hapax.tools.cli.Verdict;
import java.util.List;
import java.util.Map;

/**
 * What a rebuild came to.
 *
 * @param builtBefore an earlier run had built all of it: only the comparison is new
 * @param from where the log of {@code ledger-events} started, by partition
 * @param to up to where it was rebuilt, by partition
 * @param events read by this process, the rest by one that was killed
 * @param seconds how long this process took, without the comparison
 * @param payments posted in all
 * @param livePayments payments of the live ledger
 * @param later payments of the live ledger that were not compared, from before or beyond what was rebuilt
 * @param takenAsPublished of those posted by this process, how many have an outcome that the order of postings decides
 * @param kinds how many differences there are of each kind, those that follow from others left out
 * @param differences the first ones of each kind
 * @param following the first ones of those that others explain
 * @param unproved what could not be told, and why
 */
public record RebuildReport(
        Verdict verdict,
        String schema,
        boolean builtBefore,
        Map<Integer, Long> from,
        Map<Integer, Long> to,
        long events,
        double seconds,
        long payments,
        long livePayments,
        long later,
        long takenAsPublished,
        Map<Kind, Long> kinds,
        List<Difference> differences,
        List<Difference> following,
        List<String> unproved) {}
