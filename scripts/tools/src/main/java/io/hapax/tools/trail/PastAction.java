package io.hapax.tools.trail;

import io.hapax.schemas.ActionPhase;
import io.hapax.schemas.OperatorAction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * An action of the past, put together from its records.
 *
 * @param at when it began
 * @param end how it ended; {@link ActionPhase#TRIED} if no end was recorded
 * @param asked what was to be done; empty if it was refused at once
 * @param result what came of it; empty if no end was recorded
 */
public record PastAction(
        UUID actionId,
        Instant at,
        String operator,
        String systemUser,
        String through,
        String action,
        String target,
        String reason,
        ActionPhase end,
        String asked,
        String result) {

    /** The actions of these records, the newest first. */
    public static List<PastAction> of(List<OperatorAction> records) {
        Map<UUID, List<OperatorAction>> byAction = new LinkedHashMap<>();
        records.forEach(each -> byAction.computeIfAbsent(each.getActionId(), unknown -> new ArrayList<>())
                .add(each));
        return byAction.values().stream()
                .map(PastAction::ofOne)
                .sorted(Comparator.comparing(PastAction::at).reversed().thenComparing(PastAction::actionId))
                .toList();
    }

    private static PastAction ofOne(List<OperatorAction> records) {
        OperatorAction first = records.getFirst();
        OperatorAction last = records.getLast();
        return new PastAction(
                first.getActionId(),
                first.getAt(),
                first.getOperator(),
                first.getSystemUser(),
                first.getThrough(),
                first.getAction(),
                first.getTarget(),
                first.getReason(),
                last.getPhase(),
                first.getPhase() == ActionPhase.TRIED ? first.getDetail() : "",
                last.getPhase() == ActionPhase.TRIED ? "" : last.getDetail());
    }
}
