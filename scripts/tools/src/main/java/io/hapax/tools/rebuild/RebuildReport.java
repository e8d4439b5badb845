package io.hapax.tools.rebuild;

import io.hapax.tools.books.Difference;
import io.hapax.tools.books.Difference.Kind;
import io.hapax.tools.cli.Verdict;
import java.util.List;
import java.util.Map;

/**
 * The result of a rebuild.
 *
 * @param builtBefore an earlier run had built all of it: only the comparison is new
 * @param from offset at which the log of {@code ledger-events} started, by partition
 * @param to offset up to which the log was rebuilt, by partition
 * @param events events that this process read; an earlier process that was killed read the others
 * @param seconds time that this process took, without the comparison
 * @param payments number of all posted payments
 * @param livePayments payments of the live ledger
 * @param later payments of the live ledger that were not compared: they are from before or after the rebuilt part
 * @param takenAsPublished payments posted by this process whose outcome depends on the order of postings. Their
 *     published outcome was taken.
 * @param kinds number of differences by kind, without those that follow from others
 * @param differences the first differences of each kind
 * @param following the first of the differences that follow from others
 * @param unproved facts that could not be proved, with the reason
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
