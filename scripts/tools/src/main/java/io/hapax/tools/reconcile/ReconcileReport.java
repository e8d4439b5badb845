package io.hapax.tools.reconcile;

import io.hapax.tools.books.Difference;
import io.hapax.tools.books.Difference.Kind;
import io.hapax.tools.cli.Count;
import io.hapax.tools.cli.Verdict;
import java.util.List;
import java.util.Map;

/**
 * The result of a reconciliation.
 *
 * @param topics the offsets that were read of each topic
 * @param readSeconds time that the reading took
 * @param compareSeconds time that the database compared with its snapshot open
 * @param heapMb heap in use after the collection before each quarter of the reading, in megabytes
 * @param counted rows and records by identifier
 * @param currencies one line per currency
 * @param kinds number of differences by kind, without those that follow from others
 * @param differences the first differences of each kind
 * @param following the first of the differences that follow from others
 * @param unproved facts that could not be proved, with the reason
 */
public record ReconcileReport(
        Verdict verdict,
        List<TopicRead> topics,
        double readSeconds,
        double compareSeconds,
        List<Long> heapMb,
        Map<String, Count> counted,
        List<CurrencyLine> currencies,
        Map<Kind, Long> kinds,
        List<Difference> differences,
        Map<Kind, Long> followingKinds,
        List<Difference> following,
        List<String> unproved) {

    /**
     * The part of a topic that was read.
     *
     * @param from offset at which each partition's log starts
     * @param to offset behind the last record read, by partition
     */
    public record TopicRead(String topic, Map<Integer, Long> from, Map<Integer, Long> to) {
        boolean isTrimmed() {
            return from.values().stream().anyMatch(offset -> offset > 0);
        }
    }

    /**
     * The sums over all accounts of a currency.
     *
     * @param balancesMinor sum of the balances, zero in a sound ledger
     * @param driftMinor sum of the absolute differences between the balances and the log
     */
    public record CurrencyLine(String currency, long accounts, String balancesMinor, String driftMinor) {}
}
