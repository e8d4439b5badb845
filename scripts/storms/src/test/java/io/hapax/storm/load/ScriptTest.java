package io.hapax.storm.load;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.storm.history.ClientEvent.Kind;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScriptTest {
    private static final long NOW_MS = 1_800_000_000_000L;

    @Test
    void shouldAskForTheSamePaymentsWithTheSameSeed() {
        assertEquals(steps(7, 2_000), steps(7, 2_000));
        assertNotEquals(steps(7, 2_000), steps(8, 2_000));
    }

    @Test
    void shouldSendEveryKindOfPaymentAndRetrySome() {
        List<Step> steps = steps(1, 5_000);
        Map<Kind, Long> kinds = steps.stream().collect(groupingBy(Step::kind, counting()));
        for (Kind kind : Kind.values()) {
            assertTrue(kinds.getOrDefault(kind, 0L) > 50, kinds.toString());
        }
        long payments =
                steps.stream().filter(step -> step.kind() == Kind.PAYMENT).count();
        long keys = steps.stream()
                .filter(step -> step.kind() == Kind.PAYMENT)
                .map(step -> step.client() + "/" + step.key())
                .distinct()
                .count();
        assertTrue(payments - keys > 500, (payments - keys) + " retries of " + keys + " payments");
    }

    @Test
    void shouldRetryAPaymentUnchanged() {
        steps(3, 5_000).stream()
                .filter(step -> step.kind() == Kind.PAYMENT)
                .collect(groupingBy(step -> step.client() + "/" + step.key()))
                .forEach((key, attempts) ->
                        assertEquals(1, attempts.stream().distinct().count(), key));
    }

    private static List<Step> steps(long seed, int count) {
        Script script = new Script(seed, List.of("shop-1", "shop-2"));
        return Stream.generate(() -> script.next(NOW_MS)).limit(count).toList();
    }
}
