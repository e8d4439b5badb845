package io.hapax.tools.reconcile;

import io.hapax.tools.books.Difference;
import io.hapax.tools.books.Difference.Kind;
import io.hapax.tools.cli.Count;
import io.hapax.tools.cli.Verdict;
import java.util.List;
import java.util.Map;

/**
 * What reconciling came to.
 *
 * @param topics what was read of each topic
 * @param readSeconds how long reading took
 * @param compareSeconds how long the database compared, with its snapshot open
 * @param heapMb heap in use after the collection before each quarter of the reading, in megabytes
 * @param counted rows and records by identifier
 * @param currencies one line per currency
 * @param kinds how many differences there are of each kind, those that follow from others left out
 * @param differences the first ones of each kind
 * @param following the first ones of those that others explain
 * @param unproved what could not be told, and why
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
     * What was read of a topic.
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
     * All accounts of a currency.
     *
     * @param balancesMinor sum of the balances, zero in a sound ledger
     * @param driftMinor by how much balances differ from what the log says, all amounts taken as positive
     */
    public record CurrencyLine(String currency, long accounts, String balancesMinor, String driftMinor) {}
}
