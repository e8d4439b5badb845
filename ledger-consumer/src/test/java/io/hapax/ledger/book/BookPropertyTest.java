package io.hapax.ledger.book;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.ledger.posting.AccountKind;
import io.hapax.ledger.posting.PostingAnswer;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.RandomBatches;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Batches on PostgreSQL do what their requests do one by one on another, in answers, payments, entries and balances.
 */
class BookPropertyTest {
    private static final String PAYMENTS =
            "SELECT payment_id, debtor_account, creditor_account, amount_minor, currency,"
                    + " coalesce(reference, '-'), status, coalesce(failure_reason, '-'), coalesce(failed_account, '-'), event_offset"
                    + " FROM payments WHERE event_offset IS NOT NULL ORDER BY event_offset";
    private static final String ENTRIES =
            "SELECT account_id, payment_id, amount_minor, balance_after_minor FROM entries ORDER BY account_id, entry_id";
    private static final String BALANCES = "SELECT id, status, balance_minor FROM accounts ORDER BY id";

    @Test
    void shouldDoInSetsWhatItDoesOneByOne() throws SQLException {
        run(100, 600);
    }

    @Tag("long")
    @Test
    void shouldDoInAThousandSetsWhatItDoesOneByOne() throws SQLException {
        run(1_000, 6_000);
    }

    private static void run(int batches, int keys) throws SQLException {
        DatabaseSettings inSets = FreshDatabase.migrated();
        DatabaseSettings oneByOne = FreshDatabase.migrated();
        try (HikariDataSource poolOfSets = inSets.pool();
                HikariDataSource poolOfOnes = oneByOne.pool()) {
            open(poolOfSets);
            open(poolOfOnes);
            Book sets = new Book(poolOfSets);
            Book ones = new Book(poolOfOnes);
            RandomBatches random = new RandomBatches(17, keys);
            for (int i = 0; i < batches; i++) {
                List<PostingRequest> batch = random.next(40);
                List<PostingAnswer> expected = new ArrayList<>();
                for (PostingRequest request : batch) {
                    expected.addAll(ones.post(List.of(request)));
                }
                assertEquals(expected, sets.post(batch), "batch " + i);
            }
        }
        for (String query : List.of(PAYMENTS, ENTRIES, BALANCES)) {
            assertEquals(FreshDatabase.rows(oneByOne, query), FreshDatabase.rows(inSets, query));
        }
        assertEquals(List.of(), FreshDatabase.contradictions(inSets));
        assertEquals(List.of(), FreshDatabase.contradictions(oneByOne));
    }

    private static void open(HikariDataSource database) throws SQLException {
        Accounts accounts = new Accounts(database, Clock.systemUTC());
        accounts.open(List.of(
                AccountTerms.customer("a-rich", "EUR", 10_000),
                AccountTerms.customer("b-rich", "EUR", 10_000),
                AccountTerms.customer("c-poor", "EUR", 50),
                new AccountTerms("d-limit", "EUR", AccountKind.CUSTOMER, 300, 0),
                AccountTerms.customer("e-closed", "EUR", 100),
                AccountTerms.customer("f-usd", "USD", 1_000),
                AccountTerms.customer("h-poor", "EUR", 0)));
        accounts.close("e-closed");
    }
}
