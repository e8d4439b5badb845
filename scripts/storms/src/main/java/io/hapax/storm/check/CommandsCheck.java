package io.hapax.storm.check;

import static io.hapax.storm.check.Invariant.ACKNOWLEDGED_IS_KEPT;
import static io.hapax.storm.check.Invariant.ANSWERED_ONCE;
import static io.hapax.storm.check.Invariant.ASKED_BY_A_CLIENT;
import static io.hapax.storm.check.Invariant.REROUTED_ONCE;
import static io.hapax.storm.check.Invariant.UNREADABLE_IS_BURIED;

import io.hapax.storm.check.RunLog.Buried;
import io.hapax.storm.check.RunLog.Rerouted;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The check of commands: each is a client's, none is lost, and each has one answer. */
final class CommandsCheck {
    private static final String COMMANDS = "topics/payment-commands";

    private final RunLog log;
    private final Findings findings;

    CommandsCheck(RunLog log, Findings findings) {
        this.log = log;
        this.findings = findings;
    }

    void run() {
        acknowledged();
        askedByClients();
        reroutedOnce();
        answeredOnce();
        buried();
    }

    private void acknowledged() {
        Set<Place> places = new HashSet<>();
        for (Story story : log.stories.values()) {
            for (Operation operation : story.operations) {
                Place place = operation.acknowledged();
                if (place != null) {
                    Command kept = log.commands.get(place);
                    boolean same = kept != null
                            && kept.name().equals(story.name)
                            && kept.payload().equals(operation.request.payload())
                            && Objects.equals(kept.sentAtMs(), operation.request.sentAtMs());
                    acknowledged(places.add(place) && same, story.name, operation, place);
                }
            }
        }
        for (Operation operation : log.nonsense) {
            Place place = operation.acknowledged();
            if (place != null) {
                boolean same = Objects.equals(log.unreadable.get(place), operation.request.bytes());
                acknowledged(places.add(place) && same, "bytes", operation, place);
            }
        }
    }

    private void acknowledged(boolean kept, Object subject, Operation operation, Place place) {
        findings.require(
                kept,
                ACKNOWLEDGED_IS_KEPT,
                subject,
                "acknowledged at " + place + ", where something else or nothing is",
                operation.lookAt() + "; " + COMMANDS + " " + place);
    }

    private void askedByClients() {
        for (Story story : log.stories.values()) {
            Map<Object, Integer> asked = new HashMap<>();
            Set<Object> perhapsTwice = new HashSet<>();
            for (Operation operation : story.operations) {
                if (operation.request.payload() != null) {
                    Object content = content(operation.request.payload(), operation.request.sentAtMs());
                    asked.merge(content, 1, Integer::sum);
                    if (operation.mayBeWrittenTwice()) {
                        perhapsTwice.add(content);
                    }
                }
            }
            for (Command command : story.commands) {
                Object content = content(command.payload(), command.sentAtMs());
                boolean isDue = asked.merge(content, -1, Integer::sum) >= 0 || perhapsTwice.contains(content);
                findings.require(
                        isDue,
                        ASKED_BY_A_CLIENT,
                        story.name,
                        "a command that no client sent, or not so often",
                        COMMANDS + " " + command.place());
            }
        }
    }

    private static Object content(Object payload, @Nullable Long sentAtMs) {
        return List.of(payload, Objects.requireNonNullElse(sentAtMs, Long.MIN_VALUE));
    }

    private void reroutedOnce() {
        Map<Place, Integer> copies = new HashMap<>();
        for (Rerouted copy : log.rerouted) {
            Command original = copy.origin() == null ? null : log.commands.get(copy.origin());
            Command found = copy.command();
            boolean same = original != null
                    && found != null
                    && found.name().equals(original.name())
                    && found.payload().equals(original.payload())
                    && Objects.equals(found.sentAtMs(), original.sentAtMs())
                    && log.isKeyed(copy.at(), copy.key(), original.name());
            findings.require(
                    same,
                    REROUTED_ONCE,
                    found == null ? "bytes" : found.name(),
                    "a copy of " + copy.origin()
                            + " that is not its original, or lies in the wrong place or under another key",
                    "topics/payment-commands-rerouted " + copy.at());
            if (copy.origin() != null) {
                copies.merge(copy.origin(), 1, Integer::sum);
            }
        }
        for (Command command : log.commands.values()) {
            boolean elsewhere = command.place().partition() != log.placeOf(command.name());
            int due = elsewhere && !isInvalid(command) ? 1 : 0;
            int found = copies.getOrDefault(command.place(), 0);
            findings.require(
                    found == due,
                    REROUTED_ONCE,
                    command.name(),
                    "sent on " + found + " times, not " + due,
                    COMMANDS + " " + command.place() + "; topics/payment-commands-rerouted");
        }
    }

    private boolean isInvalid(Command command) {
        return log.story(command.name()).decisions.stream()
                .anyMatch(decision -> decision.command().equals(command.place()) && decision.is("INVALID"));
    }

    private void answeredOnce() {
        Map<Place, Integer> answers = new HashMap<>();
        for (Story story : log.stories.values()) {
            for (Decision decision : story.decisions) {
                answers.merge(decision.command(), 1, Integer::sum);
                Command command = log.commands.get(decision.command());
                findings.require(
                        command != null
                                && (decision.is("INVALID") || command.name().equals(story.name)),
                        ANSWERED_ONCE,
                        story.name,
                        "an answer to " + decision.command() + ", which is no command of this key",
                        AnswersCheck.lookAt(decision));
            }
        }
        for (Command command : log.commands.values()) {
            int found = answers.getOrDefault(command.place(), 0);
            findings.require(
                    found == 1,
                    ANSWERED_ONCE,
                    command.name(),
                    "the command " + command.place() + " is answered " + found + " times",
                    COMMANDS + " " + command.place() + "; topics/payment-decisions");
        }
    }

    private void buried() {
        Map<Place, Integer> letters = new HashMap<>();
        for (Buried letter : log.buried) {
            boolean due = letter.topic().equals("payment-commands")
                    && letter.origin() != null
                    && Objects.equals(log.unreadable.get(letter.origin()), letter.bytes());
            findings.require(
                    due,
                    UNREADABLE_IS_BURIED,
                    "dead letter " + letter.at(),
                    letter.reason() + " of " + letter.topic() + " " + letter.origin()
                            + ", which can be read or differs",
                    "topics/dead-letters " + letter.at());
            if (letter.origin() != null) {
                letters.merge(letter.origin(), 1, Integer::sum);
            }
        }
        for (Place place : log.unreadable.keySet()) {
            int found = letters.getOrDefault(place, 0);
            findings.require(
                    found == 1,
                    UNREADABLE_IS_BURIED,
                    "bytes " + place,
                    "buried " + found + " times",
                    COMMANDS + " " + place + "; topics/dead-letters");
        }
    }
}
