package io.hapax.tools.audit;

import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.records.BucketRows;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;

/**
 * The audit of one payment: its commands are decided again by the same rule and compared with the decisions. A
 * decision depends only on its payment's records and on the task's clock. The clock is stored: for an accepted
 * command in the event, for any other command in the decision.
 */
final class PaymentAudit {
    private final ReadingOrder order;
    private final DecidedAgain again;
    private final PaymentComparison comparison;

    /** @param partitions of {@code payment-commands} */
    PaymentAudit(
            RetentionSchedule initial,
            PolicyHistory policies,
            int partitions,
            PaymentRecords records,
            AuditReport report) {
        PaymentKey key = records.key();
        RetentionSchedule policy = key == null ? initial : policies.of(key, Partitions.of(key, partitions));
        this.order = new ReadingOrder(records, policy, report);
        this.again = new DecidedAgain(policy, new BucketRows(initial.retention()), partitions, records, report);
        this.comparison = new PaymentComparison(records, again, policies, partitions, report);
    }

    void run() {
        order.steps().forEach(again::read);
        comparison.run();
    }
}
