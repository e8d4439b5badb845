package io.hapax.stream.gateway.credentials;

import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The accounts that an API key may debit.
 *
 * @param names ids of accounts; one that ends in a star stands for all ids that begin with what is before it. Null: any
 *     account
 */
public record Debtors(@Nullable Set<String> names) {
    /** All accounts: the ledger alone judges. */
    public static final Debtors ANY = new Debtors(null);

    private static final String STAR = "*";
    private static final Pattern NAME = Pattern.compile("[!-~]{1,64}");

    /** @throws IllegalArgumentException for names that no account has, or if there are none */
    public Debtors {
        if (names != null) {
            names = Set.copyOf(names);
            if (names.isEmpty()) {
                throw new IllegalArgumentException("debtors: none is named, so that the key could debit no account");
            }
            names.forEach(Debtors::require);
        }
    }

    /** True if the key may debit the account. */
    public boolean include(String account) {
        return names == null || names.stream().anyMatch(name -> matches(name, account));
    }

    private static boolean matches(String name, String account) {
        return name.endsWith(STAR) ? account.startsWith(name.substring(0, name.length() - 1)) : account.equals(name);
    }

    private static void require(String name) {
        if (!NAME.matcher(name).matches() || name.equals(STAR)) {
            throw new IllegalArgumentException(
                    "debtor \"" + name
                            + "\": must be the id of an account, 1 to 64 visible ASCII characters, or its beginning and a star");
        }
    }
}
