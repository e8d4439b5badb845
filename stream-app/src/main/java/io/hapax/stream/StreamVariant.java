package io.hapax.stream;

import io.hapax.stream.decision.PaymentRules;
import io.hapax.stream.topology.PaymentTopology.PaymentIds;
import java.util.Map;

/**
 * The parts of the app that a harness breaks, to show that it notices. The app that is shipped has {@link #RIGHT}. No
 * setting makes another.
 *
 * @param kafka settings of Kafka Streams that win over those which the guarantee rests on
 */
public record StreamVariant(PaymentIds paymentIds, PaymentRules rules, Map<String, String> kafka) {
    /** The app without a mistake. */
    public static final StreamVariant RIGHT = new StreamVariant(PaymentIds.BY_KEY, PaymentRules.RIGHT, Map.of());

    public StreamVariant {
        kafka = Map.copyOf(kafka);
    }

    public static StreamVariant with(PaymentIds paymentIds) {
        return new StreamVariant(paymentIds, PaymentRules.RIGHT, Map.of());
    }

    public static StreamVariant with(PaymentRules rules) {
        return new StreamVariant(PaymentIds.BY_KEY, rules, Map.of());
    }

    public static StreamVariant with(Map<String, String> kafka) {
        return new StreamVariant(PaymentIds.BY_KEY, PaymentRules.RIGHT, kafka);
    }
}
