package io.hapax.money;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The currencies of ISO 4217 that money can be counted in: those with a number of decimals, which funds have as well,
 * and gold (XAU) and "no currency" (XXX) have not.
 *
 * <p>From list one of the maintenance agency, SIX, as published on 2026-09-17 (all amendments up to 180): 165 codes
 * of 178. A list of our own, since the JDK's changes with its version, lacks some and keeps what was withdrawn. An
 * amendment is an edit here: a code that is withdrawn moves to the other list and never leaves it, since what was
 * paid in it stays readable.
 */
public final class Currencies {
    private static final Map<String, Integer> CURRENT =
            byCode(List.of(new Group(0, """
                    BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF
                    """), new Group(2, """
                    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP
                    BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB
                    EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES
                    KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
                    MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
                    RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP
                    TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
                    """), new Group(3, """
                    BHD IQD JOD KWD LYD OMR TND
                    """), new Group(4, """
                    CLF UYW
                    """)));

    /** Withdrawn codes that versions before this list took, by the lists of JDK 17 to 25. */
    private static final Map<String, Integer> WITHDRAWN = byCode(List.of(new Group(0, """
                    ADP BEF BYB BYR ESP GRD ITL LUF MGF PTE ROL TPE TRL
                    """), new Group(2, """
                    AFA ANG ATS AYM AZM BGL BGN CSD CUC CYP DEM EEK FIM FRF GHC GWP HRK IEP LTL LVL
                    MRO MTL MZM NLG RUR SDD SIT SKK SLL SRG STD TMM USS VEB VEF YUM ZMK ZWD ZWL ZWN
                    ZWR
                    """)));

    /** Codes with the same number of decimals. */
    private record Group(int decimals, String codes) {}

    private Currencies() {}

    /** True for a code that is in use: it stands in list one of ISO 4217, with a number of decimals. */
    public static boolean isCurrent(String code) {
        return CURRENT.containsKey(code);
    }

    /** True for a code in which a payment may have been made, now or before the currency was withdrawn. */
    public static boolean isMoney(String code) {
        return CURRENT.containsKey(code) || WITHDRAWN.containsKey(code);
    }

    /** Everything that something may have been paid in, in alphabetical order. */
    public static List<String> codes() {
        return Stream.of(CURRENT, WITHDRAWN)
                .flatMap(codes -> codes.keySet().stream())
                .sorted()
                .toList();
    }

    /** Decimals of a currency that is or was in use; empty for every other text. */
    public static OptionalInt decimals(String code) {
        Integer decimals = CURRENT.getOrDefault(code, WITHDRAWN.get(code));
        return decimals == null ? OptionalInt.empty() : OptionalInt.of(decimals);
    }

    private static Map<String, Integer> byCode(List<Group> groups) {
        Map<String, Integer> decimals = new HashMap<>();
        for (Group group : groups) {
            for (String code : group.codes().strip().split("\\s+", -1)) {
                if (decimals.put(code, group.decimals()) != null) {
                    throw new IllegalStateException(code + " is listed twice");
                }
            }
        }
        return Map.copyOf(decimals);
    }
}
