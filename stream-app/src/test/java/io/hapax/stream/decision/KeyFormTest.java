package io.hapax.stream.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyFormTest {
    private static final Payment PAYMENT = new Payment("alice", "bob", 1, "EUR", null);

    @ParameterizedTest
    @CsvSource({
        "0190163d-8694-739b-aea5-966c26f8ad90, true, true",
        "0190163D-8694-739B-AEA5-966C26F8AD90, true, true",
        "refund:0190163d-8694-739b-aea5-966c26f8ad90, true, true",
        "8a562c67-ca16-48ba-b074-65581be6f011, true, false",
        "refund:8a562c67-ca16-48ba-b074-65581be6f011, true, false",
        "8a562c67-ca16-18ba-b074-65581be6f011, false, false",
        "8a562c67-ca16-48ba-c074-65581be6f011, false, false",
        "8a562c67-ca16-48ba-7074-65581be6f011, false, false",
        "8a562c67-ca16-48ba-b074-65581be6f01, false, false",
        "8a562c67-ca16-48ba-b074-65581be6f0111, false, false",
        "8a562c67ca1648bab07465581be6f011, false, false",
        "{8a562c67-ca16-48ba-b074-65581be6f011}, false, false",
        "8a562c67-ca16-48ba-b074-65581be6f01g, false, false",
        "a:b:8a562c67-ca16-48ba-b074-65581be6f011, false, false",
        "refund:, false, false",
        "order-4711, false, false"
    })
    void shouldKnowUuidsByTheirVersion(String key, boolean uuid, boolean ofVersion7) {
        assertEquals(null, KeyForm.ANY.brokenBy(key));
        assertEquals(uuid ? null : Violation.KEY_NOT_UUID, KeyForm.UUID.brokenBy(key));
        assertEquals(ofVersion7 ? null : Violation.KEY_NOT_UUID_V7, KeyForm.UUID_V7.brokenBy(key));
    }

    /** An older rule is named first, and whoever cancels must be able to, whatever the key. */
    @Test
    void shouldAskNothingOfCancelsAndOfWhatIsRefusedAnyway() {
        Command withdrawn = new Command(
                new PaymentKey("acme", "order-1"), PAYMENT, null, new LogPosition(0, 1), Violation.CURRENCY_WITHDRAWN);
        assertSame(withdrawn, KeyForm.UUID.asks(withdrawn));
        Command cancel = new Command(withdrawn.key(), new Cancellation(), null, withdrawn.origin());
        assertSame(cancel, KeyForm.UUID.asks(cancel));
        Command paid = new Command(withdrawn.key(), PAYMENT, null, withdrawn.origin());
        assertEquals(Violation.KEY_NOT_UUID, KeyForm.UUID.asks(paid).refusedIfNew());
        assertSame(paid, KeyForm.ANY.asks(paid));
    }

    @Test
    void shouldKnowNoFormOfALaterVersion() {
        assertEquals(Optional.of(KeyForm.UUID_V7), KeyForm.named("UUID_V7"));
        assertEquals(Optional.empty(), KeyForm.named("ULID"));
    }
}
