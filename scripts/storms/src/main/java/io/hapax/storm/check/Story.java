package io.hapax.storm.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that a run's folder says of one payment's name: from what clients asked to what the ledger recorded. */
final class Story {
    final Name name;
    final List<Operation> operations = new ArrayList<>(2);
    final List<Command> commands = new ArrayList<>(2);
    final List<Decision> decisions = new ArrayList<>(2);
    final List<LedgerTold> told = new ArrayList<>(1);
    final List<LedgerSaid> said = new ArrayList<>(1);
    final List<Posted> posted = new ArrayList<>(1);

    /** Made when it is first asked for, and everything is read. */
    private @Nullable Map<Place, Decision> ends;

    Story(Name name) {
        this.name = name;
    }

    /** The commands that were accepted or recalled, in that order, with the first that the ledger was told of each. */
    Map<Place, LedgerTold> acceptances() {
        Map<Place, LedgerTold> first = new LinkedHashMap<>();
        told.stream()
                .sorted(Comparator.comparingLong(LedgerTold::acceptedMs).thenComparingInt(LedgerTold::attempt))
                .forEach(event -> first.putIfAbsent(event.command(), event));
        return first;
    }

    /** The decision that ended the payment of an accepted command: its settlement, or its refusal by the ledger. */
    @Nullable Decision endOf(Place command) {
        Map<Place, Decision> known = ends;
        if (known == null) {
            known = new HashMap<>();
            for (Decision decision : decisions) {
                if (decision.is("SETTLED") || decision.is("CONFLICT")) {
                    known.putIfAbsent(decision.command(), decision);
                }
            }
            ends = known;
        }
        return known.get(command);
    }

    List<Decision> settlements() {
        return decisions.stream().filter(decision -> decision.is("SETTLED")).toList();
    }

    @Nullable Posted payment() {
        return posted.isEmpty() ? null : posted.getFirst();
    }

    boolean isAccepted() {
        return !told.isEmpty();
    }
}
