package io.hapax.stream.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IsoCodesTest {
    private static final Path PAGE = Path.of("..", "docs", "decisions.md");

    @Test
    void shouldHaveTheCodesThatThePageNames() throws Exception {
        String page = Files.readString(PAGE);
        Map<String, String> reasons = table(page, "\\| `([A-Z_]+)` \\| `([A-Z0-9]{4})` \\| ");
        Map<String, String> known = Stream.of(IsoReason.values())
                .filter(reason -> reason != IsoReason.SUSPECTED_DUPLICATE || reasons.containsKey(reason.name()))
                .collect(Collectors.toMap(IsoReason::name, IsoReason::code));
        assertEquals(new TreeMap<>(known), reasons);
        assertEquals(
                Stream.of(IsoStatus.values()).map(IsoStatus::name).collect(Collectors.toSet()),
                table(page.substring(page.indexOf("| `isoStatus` |")), "(?m)^\\| `([A-Z]{4})` \\| (.)")
                        .keySet());
    }

    @Test
    void shouldSayThatTheCreditorHasTheMoneyOnlyWhereItMoved() {
        Result done = new Result.Completed();
        assertEquals(IsoStatus.ACCC, IsoStatus.of(Asked.Kind.PAYMENT, done));
        assertEquals(IsoStatus.ACCC, IsoStatus.of(Asked.Kind.CAPTURE, done));
        assertEquals(IsoStatus.ACFC, IsoStatus.of(Asked.Kind.RESERVE, done));
        assertEquals(IsoStatus.CANC, IsoStatus.of(Asked.Kind.VOID, done));
        for (Asked.Kind kind : Asked.Kind.values()) {
            assertEquals(IsoStatus.RJCT, IsoStatus.of(kind, new Result.Failed("CANCELLED", null)));
        }
    }

    private static Map<String, String> table(String page, String row) {
        Map<String, String> rows = new TreeMap<>();
        for (MatchResult found : Pattern.compile(row).matcher(page).results().toList()) {
            rows.put(found.group(1), found.group(2));
        }
        return rows;
    }
}
